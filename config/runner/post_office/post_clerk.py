"""Who takes mail at the door (SMTP): to whom it is refused, whom it is put off for, and into which box it goes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from aiosmtpd.smtp import SMTP, Envelope, Session

from config.runner.post_office.letter_boxes import LetterBoxes
from config.runner.post_office.returned_mail import SERVER, returned
from helpdesk.demo.post.demo_addresses import REFUSING_DOMAIN, RETURNING_DOMAIN, SLOW_DOMAIN, domain_of

LARGEST_MAIL: Final = 8_000_000
"""Bytes."""
PUT_OFF_FOR: Final = 90.0
"""Seconds after the first attempt within which a slow domain takes nothing."""
RETURNED_AFTER: Final = 3.0
"""Seconds until a mail that cannot be delivered comes back."""
MOST_REMEMBERED: Final = 1000


class PostSMTP(SMTP):
    """SMTP that takes lines of any length, as files that people try may have them."""

    line_length_limit = LARGEST_MAIL


class PostClerk:
    """What aiosmtpd asks about each mail."""

    def __init__(self, boxes: LetterBoxes, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._boxes, self._clock = boxes, clock
        self._first_tried: dict[str, float] = {}
        self._returns: set[asyncio.Task[None]] = set()

    def at_the_door(self) -> PostSMTP:
        return PostSMTP(self, data_size_limit=LARGEST_MAIL, enable_SMTPUTF8=True, hostname=SERVER)

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if domain_of(address) == REFUSING_DOMAIN:
            return "550 5.1.1 There is nobody of this name here"
        if domain_of(address) == SLOW_DOMAIN and self._is_put_off(address.lower()):
            return "451 4.7.1 Greylisted: please try again later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    def _is_put_off(self, address: str) -> bool:
        if len(self._first_tried) >= MOST_REMEMBERED:
            self._first_tried.clear()
        return self._clock() - self._first_tried.setdefault(address, self._clock()) < PUT_OFF_FOR

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        raw, sender = bytes(envelope.original_content or b""), (envelope.mail_from or "").strip("<>")
        for recipient in envelope.rcpt_tos:
            if domain_of(recipient) == RETURNING_DOMAIN:
                self._return_later(raw, sender, recipient)
            else:
                await self._boxes.box_of(recipient).put(_delivered(raw, sender, recipient))
        return "250 2.0.0 OK"

    def _return_later(self, raw: bytes, sender: str, recipient: str) -> None:
        if sender:  # a report is never answered with a report (RFC 3464 §2)
            task = asyncio.create_task(self._return(raw, sender, recipient))
            self._returns.add(task)
            task.add_done_callback(self._returns.discard)

    async def _return(self, raw: bytes, sender: str, recipient: str) -> None:
        await asyncio.sleep(RETURNED_AFTER)
        report = returned(raw, sender=sender, recipient=recipient, now=datetime.now(UTC))  # noqa: TID251
        await self._boxes.box_of(sender).put(report)


def _delivered(raw: bytes, sender: str, recipient: str) -> bytes:
    """Note on a mail from whom and to whom the envelope was, as servers do that deliver it."""
    return f"Return-Path: <{sender}>\r\nDelivered-To: {recipient}\r\n".encode(errors="replace") + raw
