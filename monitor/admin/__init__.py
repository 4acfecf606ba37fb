"""The monitor in Django's admin."""

from monitor.admin import looking, publishing

__all__ = ["looking", "publishing"]
