"""Fixtures that every room's tests may use."""

pytest_plugins = ["small_register"]
