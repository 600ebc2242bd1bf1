"""What the unit tests share: one random generator, one Hypothesis profile, one small network."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import settings

settings.register_profile("byhand", derandomize=True, deadline=None, max_examples=50, database=None)
settings.load_profile("byhand")


@pytest.fixture
def rng():
    return np.random.default_rng(20240917)


@pytest.fixture
def net(rng):
    """A network in which no two sizes are equal, so that a missing transpose is a shape error."""
    N, D, H, K = 5, 2, 4, 3
    return SimpleNamespace(
        N=N,
        D=D,
        H=H,
        K=K,
        X=rng.normal(size=(N, D)),
        W1=rng.normal(size=(D, H)),
        b1=rng.normal(size=(1, H)),
        W2=rng.normal(size=(H, K)),
        b2=rng.normal(size=(1, K)),
        labels=np.array([2, 0, 1, 1, 0]),
    )
