"""Fixtures that every room's tests may use."""

from hypothesis import settings

# A test that is slow on a busy machine is not a test that failed.
settings.register_profile("paymap", deadline=None)
settings.load_profile("paymap")

pytest_plugins = [
    "servers.postgis",
    "servers.databases",
    "servers.chromium",
    "servers.web",
    "small_register",
    "coverage_town",
]
