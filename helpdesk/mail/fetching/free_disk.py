"""Mail stays on its server while this machine has no room for it."""

from __future__ import annotations

import shutil

from django.conf import settings
from django.utils.translation import gettext as _

LEAST = 2 * 1024**3
"""Bytes that have to be free."""


class DiskNearlyFull(Exception):
    """There is too little room to take mail in; `str()` is a sentence for people."""


def require_free_disk() -> None:
    """Raise `DiskNearlyFull` where less than the least is free on the disk that we write to."""
    free = shutil.disk_usage(settings.VAR).free
    if free < LEAST:
        told = _("The disk is nearly full, with %(free).1f GB left: new mail stays on its server.")
        raise DiskNearlyFull(told % {"free": free / 10**9})
