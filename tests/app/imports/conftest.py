"""Fixtures of the tests of imports."""

from small_imports import send, session, setup, shared, stage

__all__ = ["send", "session", "setup", "shared", "stage"]
