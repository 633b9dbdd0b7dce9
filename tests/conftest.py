"""Fixtures that every room's tests may use."""

pytest_plugins = ["databases", "small_register"]
