"""Mail that was stopped: let in after all."""

from __future__ import annotations

from datetime import datetime

from helpdesk.database.transaction import require_transaction
from helpdesk.mail.filing import second_reading
from helpdesk.mail.spam import sender_blocks
from helpdesk.models import RawMail


def let_in(mail: RawMail, *, lift: bool, now: datetime) -> bool:
    """Have a stopped mail filed as if nobody had blocked its sender, as of when they wrote; false where it was.

    With `lift` the sender's later mail comes in, too.
    """
    require_transaction()
    block = mail.block
    if lift and block is not None:
        sender_blocks.lift([block], now=now)
    return second_reading.ask(mail, now=now)
