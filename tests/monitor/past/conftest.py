from tests.monitor.pages.conftest import *  # noqa: F403
