"""A server by which the answers of a mailbox leave."""

from __future__ import annotations

from datetime import datetime

from helpdesk.mail.consent import access_tokens
from helpdesk.mail.consent.consent_failures import ConsentRefused
from helpdesk.mail.consent.mail_providers import login_of
from helpdesk.models import Mailbox
from helpdesk.outbox.channel import WayOutDown
from helpdesk.outbox.mail_server import SmtpServer
from helpdesk.refusal import Refused
from helpdesk.secrets import key_ring


def smtp_server_of(mailbox: Mailbox, *, now: datetime) -> SmtpServer:
    """Return the server, and what it takes to be let in; raises `WayOutDown`, of why that cannot be had."""
    try:
        return _server_of(mailbox, now=now)
    except Refused as shut:
        why = shut.code if isinstance(shut, ConsentRefused) else str(shut)  # the outbox keeps no names
        raise WayOutDown(why, unsent=True, words=str(shut)) from shut


def _server_of(mailbox: Mailbox, *, now: datetime) -> SmtpServer:
    place = (mailbox.smtp_host, mailbox.smtp_port, mailbox.smtp_security)
    if token := access_tokens.bearer_token(mailbox, now=now):
        return SmtpServer(*place, login_of(mailbox, "smtp"), mailbox=mailbox.address, token=token)
    password = key_ring.unseal(mailbox.smtp_password) if mailbox.smtp_password else ""
    return SmtpServer(*place, mailbox.smtp_login, password, mailbox=mailbox.address)
