"""A ticket can be seen and opened in every list, whatever stands in its subject."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.database.instant import database_now
from helpdesk.models import Ticket
from helpdesk.templatetags.shell import subject
from tests.make import Make


@pytest.mark.parametrize("unseen", ["", " ", "\u200b", "\u2800\u3164", "\u202e\u2066", "\u0301" * 5])
def test_a_subject_of_which_nothing_is_seen_gives_way_to_the_reference(
    client: Client, make: Make, unseen: str
) -> None:
    ticket = make.ticket(now=database_now())
    Ticket.objects.filter(pk=ticket.pk).update(subject=unseen)
    client.force_login(make.agent("owner"))
    for address in (reverse("tickets"), reverse("queue"), reverse("ticket", args=[ticket.reference])):
        assert f"<bdi>(no subject) {ticket.reference}</bdi>" in client.get(address).content.decode()


@pytest.mark.parametrize("said", ["Where?", "?", "שָׁלוֹם", "என் ஆர்டர்", "😀", "Z\u0301\u0302"])
def test_a_subject_that_is_seen_stays_as_it_is(said: str) -> None:
    assert subject(Ticket(subject=said, reference="T-1")) == said


def test_a_pile_of_marks_covers_no_other_line() -> None:
    assert (
        subject(Ticket(subject="H" + "\u0301" * 500 + "elp", reference="T-1")) == "H" + "\u0301" * 8 + "elp"
    )
