"""``python -m typecase.cli``: the same as ``typecase``."""

from __future__ import annotations

import sys

from . import main

sys.exit(main())
