"""Fixtures that every room's tests may use."""

pytest_plugins = [
    "servers.postgis",
    "servers.databases",
    "servers.chromium",
    "servers.web",
    "small_register",
    "coverage_town",
]
