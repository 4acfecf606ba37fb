"""Having a mail that was set aside, or stopped, read once more."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from helpdesk.models import RawMail

_UNREAD: Final = {
    "read_at": None,
    "outcome": "",
    "reason": "",
    "detail": "",
    "attempts": 0,
    "rests_until": None,
    "block": None,
}


def ask(mail: RawMail, *, now: datetime) -> bool:
    """Have it read again, whatever its sender sent besides; False where it is neither, or its bytes are gone."""
    whole = RawMail.objects.kept_back().whole().filter(pk=mail.pk)
    return bool(whole.update(**_UNREAD, asked_again_at=now))
