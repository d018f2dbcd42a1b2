"""What all tests share: how hypothesis draws its examples, and which tests run only when asked."""

import os
import signal

import pytest
from hypothesis import settings

# the machine's mood must not fail a test, and a failure in CI must come back at the next run
settings.register_profile("everyday", deadline=None, max_examples=50)
settings.register_profile("ci", deadline=None, max_examples=50, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "everyday")


def pytest_addoption(parser):
    parser.addoption("--slow", action="store_true", help="run the tests marked slow, too")


def pytest_collection_modifyitems(config, items):
    for item in items:
        if item.get_closest_marker("slow") and not config.getoption("--slow"):
            item.add_marker(pytest.mark.skip(reason="slow: run with --slow"))
        if item.get_closest_marker("full_data") and not os.environ.get("TT_DATA_HOME"):
            item.add_marker(pytest.mark.skip(reason="full_data: set TT_DATA_HOME"))


def pytest_configure(config):
    """A program that was started in the background ignores Ctrl-C; tests press it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
