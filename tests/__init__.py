"""The tests, and what is run beside them, read the pinned time zones as every process does."""

import config  # noqa: F401  # it pins them
