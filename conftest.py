"""What all tests share: the way hypothesis draws examples."""

import os

from hypothesis import settings

# the machine's mood must not fail a test, and a failure in CI must come back at the next run
settings.register_profile("everyday", deadline=None, max_examples=50)
settings.register_profile("ci", deadline=None, max_examples=50, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "everyday")
