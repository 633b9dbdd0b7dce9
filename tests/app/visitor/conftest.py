"""The pages over a few venues in memory (see `small_visit`)."""

from small_visit import pages

__all__ = ["pages"]
