"""Secrets are closed anew under the newest key: all of them, once, and what no key opens is named."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from helpdesk.models import Mailbox, SecurityEvent
from helpdesk.secrets import key_ring
from tests.helpdesk.secrets.test_key_ring import NEW, OLD, OTHER
from tests.make import Make


@pytest.fixture
def mailbox(make: Make, settings: Any) -> Mailbox:
    """Return a mailbox whose passwords were closed by the old key, on a ring that has a new one."""
    settings.KEY_RING = [OLD]
    imap, smtp = key_ring.seal("of imap_password"), key_ring.seal("of smtp_password")
    settings.KEY_RING = [NEW, OLD]
    return make.mailbox(imap_password=imap, smtp_password=smtp)


def reseal() -> str:
    said = StringIO()
    call_command("reseal", stdout=said)
    return said.getvalue()


def test_everything_is_closed_under_the_newest_key(mailbox: Mailbox, make: Make, settings: Any) -> None:
    make.mailbox("none@shop.example")
    assert "Closed anew: 2." in reseal()

    settings.KEY_RING = [NEW]
    mailbox.refresh_from_db()
    assert key_ring.unseal(mailbox.imap_password) == "of imap_password"
    assert key_ring.unseal(mailbox.smtp_password) == "of smtp_password"


def test_once_more_changes_nothing_and_leaves_no_trace(mailbox: Mailbox) -> None:
    reseal()
    mailbox.refresh_from_db()
    before = mailbox.imap_password

    assert "Closed anew: 0. Closed by the newest key before: 2." in reseal()

    mailbox.refresh_from_db()
    assert mailbox.imap_password == before
    [line] = SecurityEvent.objects.all()
    assert (line.facts["what"], line.facts["fields"]) == ("secrets", ["resealed"])


def test_what_no_key_opens_is_named_and_stays_and_the_rest_is_done(mailbox: Mailbox, settings: Any) -> None:
    settings.KEY_RING = [OTHER]
    lost = key_ring.seal("lost")
    Mailbox.objects.update(smtp_password=lost)
    settings.KEY_RING = [NEW, OLD]

    with pytest.raises(CommandError, match=f"helpdesk.mailbox {mailbox.pk}: smtp_password"):
        reseal()

    mailbox.refresh_from_db()
    assert mailbox.smtp_password == lost
    assert key_ring.is_newest(mailbox.imap_password)
