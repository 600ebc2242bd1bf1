"""The example that runs through the book."""

import numpy as np

LOGITS = np.array([3.0, 1.0, -3.0])
LABEL = 1  # its true class, counted from 0: on the pages it is class 2
