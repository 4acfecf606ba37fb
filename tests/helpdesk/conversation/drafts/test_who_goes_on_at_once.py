"""A colleague goes on with a draft in the instant in which it is sent: one waits for the other, and neither fails."""

from __future__ import annotations

import pytest
from django.db import transaction

from helpdesk.conversation import replies
from helpdesk.conversation.drafts.draft_saving import forget_sent
from helpdesk.conversation.drafts.handed_on import take_over
from helpdesk.models import Draft, Ticket
from tests.config.running import eventually
from tests.helpdesk.conversation.drafts.drafts import begun
from tests.make import NOW, Make
from tests.monitor.watched import Elsewhere, elsewhere, somebody_waits_for_a_lock

__all__ = ["elsewhere"]

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


def test_who_takes_a_draft_over_while_it_is_sent_waits_and_finds_it_gone(
    make: Make,
    elsewhere: Elsewhere,  # the fixture
) -> None:
    ticket, owner, colleague = make.ticket(), make.agent(), make.agent("colleague")
    draft = begun(ticket, owner)

    def go_on() -> Draft | None:
        with transaction.atomic():
            return take_over(Draft.objects.get(pk=draft.pk), by=colleague, now=NOW)

    with transaction.atomic():
        there = Ticket.objects.get(pk=ticket.pk)
        replies.reply_in_public(
            ticket=there, author=owner, body="Dear", now=NOW, external_id=f"page:{draft.token}"
        )
        going_on = elsewhere(go_on)
        eventually(somebody_waits_for_a_lock)
        forget_sent(author=owner, token=draft.token)

    assert going_on.result(timeout=20) is None
    assert not Draft.objects.exists()
