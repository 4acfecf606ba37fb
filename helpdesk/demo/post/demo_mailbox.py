"""The demo's mailbox: read and answered by like any other, at the mail server that `./dev run` brings along."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db.models.functions import Now

from helpdesk.demo.post.demo_addresses import HOST, MAILBOX, PASSWORD
from helpdesk.mail.consent.mail_providers import imap_account
from helpdesk.models import (
    Agent,
    Environment,
    LineSecurity,
    Mailbox,
    MailboxFolder,
    MailboxMode,
    Queue,
    Store,
)
from helpdesk.models.mail.mailbox import MailboxQuerySet
from helpdesk.secrets import key_ring

SIGNATURE = "Demo shop · made up, and glad to help"


def is_served() -> bool:
    """Tell whether the demo has a mail server."""
    return bool(settings.DEMO_MAIL_PORTS)


def is_open_to(agent: Agent) -> bool:
    """Tell whether the agent works where it is answered, and there is a server."""
    return is_served() and _all_of_the_name().filter(queue__in=Queue.objects.visible_to(agent)).exists()


def plug_in(store: Store) -> None:
    """Have the store's mailbox at the mail server that runs now; what somebody has set otherwise stays."""
    smtp_port, imap_port = settings.DEMO_MAIL_PORTS
    sealed = key_ring.seal(PASSWORD)
    at = {
        "imap_host": HOST, "imap_port": imap_port, "imap_password": sealed, "smtp_host": HOST, "smtp_port": smtp_port,
    }  # fmt: skip
    if not _ours().update(**at) and not _all_of_the_name().exists():
        mailbox = Mailbox.objects.create(**at, **_made_with(store))
        MailboxFolder.objects.create(
            mailbox=mailbox, account=imap_account(mailbox), name="INBOX", uid_validity=0, last_uid=0
        )


def _made_with(store: Store) -> dict[str, object]:
    """Return what it is made with; whatever comes from now on is new, also before anybody has looked."""
    return {
        "store": store,
        "environment": store.environment,
        "queue": store.default_queue,
        "address": MAILBOX,
        "locale": store.locale,
        "public_name": store.name,
        "signature": SIGNATURE,
        "mode": MailboxMode.FULL,
        "imap_login": MAILBOX,
        "imap_security": LineSecurity.NONE,
        "smtp_security": LineSecurity.NONE,
        "fetches_since": Now(),
    }


def unplug() -> None:
    """Have nobody look for a server that does not run."""
    _ours().update(imap_host="", failing_since=None, said="")


def forget_what_came(*, now: datetime) -> None:
    """Have nothing that lies at the server be new any more; whoever keeps a mail of it just then is waited for."""
    MailboxFolder.objects.filter(mailbox__in=_ours()).update(uid_validity=0, last_uid=0, reread_since=None)
    _ours().update(fetches_since=now)


def _ours() -> MailboxQuerySet:
    """Keep the mailbox where it is still at our server, or at none."""
    return _all_of_the_name().filter(imap_login=MAILBOX, imap_host__in=["", HOST])


def _all_of_the_name() -> MailboxQuerySet:
    return Mailbox.objects.in_environment(Environment.DEMO).filter(address=MAILBOX)
