"""Needs a library that is not there."""

import pbs4py  # noqa: F401
