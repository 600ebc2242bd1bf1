"""Let `python -m eqcheck` be the command."""

import sys

from eqcheck.command import main

sys.exit(main())
