"""One e-mail address that is one, and that mail can be sent to."""

from __future__ import annotations

import msgspec

from helpdesk.mail.composing.address_text import is_sendable
from helpdesk.tickets.opening.new_ticket import Email


def sendable_email(text: str) -> str | None:
    """Return the address, or None where the text is none, holds what cannot be seen, or no server takes it."""
    try:
        address: str = msgspec.convert(text, Email)
    except msgspec.ValidationError:
        return None
    return address if is_sendable(address) else None
