"""The settings as they are, with what only ./dev check needs."""

from config.settings import *  # noqa: F403  # the settings themselves
from config.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "django_migration_linter"]
