"""A ticket goes to a colleague, or back, with a word: one act, said by a note, and undone but for the word."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from helpdesk.models import Message, Ticket
from helpdesk.tickets.assignment import claim
from helpdesk.tickets.custody.handover import hand_over
from helpdesk.tickets.membership import NotAMember
from helpdesk.tickets.undo import undo
from tests.helpdesk.desk import history
from tests.make import NOW, Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

SOON = NOW + timedelta(minutes=5)
WORD = "She wrote to you last week."


def test_a_colleague_gets_it_with_a_word(make: Make, ticket: Ticket) -> None:
    assert hand_over(ticket=ticket, to=make.agent("colleague"), by=make.agent(), word=WORD, now=SOON)

    assert history(ticket) == ["opened", "assigned", "note_added"]
    assert (ticket.assignee, Message.objects.latest("pk").body) == (make.agent("colleague"), WORD)
    assert not Message.objects.latest("pk").public


def test_it_goes_back_to_the_queue_with_a_word_or_without(make: Make, ticket: Ticket) -> None:
    claim(ticket=ticket, by=make.agent(), now=NOW)

    assert hand_over(ticket=ticket, to=None, by=make.agent(), word=WORD, now=SOON)
    assert history(ticket)[-2:] == ["unassigned", "note_added"]
    assert not hand_over(ticket=ticket, to=None, by=make.agent(), word=" ", now=SOON)


def test_it_is_undone_and_the_word_stays_said(make: Make, ticket: Ticket) -> None:
    hand_over(ticket=ticket, to=make.agent("colleague"), by=make.agent(), word=WORD, now=SOON)

    assert undo(ticket=ticket, by=make.agent(), now=SOON + timedelta(minutes=1))
    assert (ticket.assignee, Message.objects.latest("pk").body) == (None, WORD)


def test_what_is_refused_says_no_word(make: Make, ticket: Ticket) -> None:
    with pytest.raises(NotAMember), transaction.atomic():
        hand_over(ticket=ticket, to=make.agent("outsider"), by=make.agent(), word=WORD, now=SOON)

    assert history(ticket) == ["opened"]
