"""What a server says that could not deliver a mail (RFC 3464)."""

from __future__ import annotations

import re
from datetime import datetime
from email.utils import format_datetime
from typing import Final
from uuid import uuid4

SERVER: Final = "mx.demo.example"
MOST_OF_HEAD: Final = 20_000
"""Bytes of the mail's own head that go back with the report."""

_REPORT: Final = """\
From: Mail Delivery System <MAILER-DAEMON@{server}>
To: <{sender}>
Subject: Undelivered Mail Returned to Sender
Date: {date}
Message-ID: <{name}@{server}>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="{name}"

--{name}
Content-Type: text/plain; charset=us-ascii

This is the mail system at host {server}.

Your message could not be delivered to the recipient below: there is
no such person any more.

<{recipient}>: 550 5.1.1 User unknown
--{name}
Content-Type: message/delivery-status

Reporting-MTA: dns; {server}

Final-Recipient: rfc822; {recipient}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User unknown
--{name}
Content-Type: text/rfc822-headers

"""


def returned(raw: bytes, *, sender: str, recipient: str, now: datetime) -> bytes:
    """Return the report that tells a sender so; it has the head of their mail, by which they know which it was."""
    name = uuid4().hex
    told = _REPORT.format(
        server=SERVER, sender=sender, recipient=recipient, date=format_datetime(now), name=name
    )
    head = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0][:MOST_OF_HEAD]
    return told.replace("\n", "\r\n").encode() + head + f"\r\n--{name}--\r\n".encode()
