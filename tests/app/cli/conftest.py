"""Fixtures of the command's tests."""

from command_line import paymap, start, var

__all__ = ["paymap", "start", "var"]
