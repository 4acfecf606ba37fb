"""The settings as they are, with the pages of `long_answer_urls` beside all others."""

from config.settings import *  # noqa: F403  # all of them

ROOT_URLCONF = "tests.config.long_answer_urls"
