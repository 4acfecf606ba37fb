"""The monitor in Django's admin."""

from monitor.admin import record_admin, version_admin

__all__ = ["record_admin", "version_admin"]
