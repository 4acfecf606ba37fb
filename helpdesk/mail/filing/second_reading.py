"""Having a mail that was set aside read once more."""

from __future__ import annotations

from datetime import datetime

from helpdesk.models import RawMail


def ask(mail: RawMail, *, now: datetime) -> bool:
    """Have it read again, whatever its sender sent besides; False where it is not set aside, or its bytes are gone."""
    anew = {"read_at": None, "outcome": "", "reason": "", "detail": "", "attempts": 0, "rests_until": None}
    whole = RawMail.objects.set_aside().whole().filter(pk=mail.pk)
    return bool(whole.update(**anew, asked_again_at=now))
