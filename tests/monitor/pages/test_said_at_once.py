"""What two say at once, or one by a double click: it stands once, and nobody is shown that something broke."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.models import Invitation
from monitor.models import Excusal, Freeze, ListedCause, Opinion, OpinionSource
from tests import figures
from tests.make import Make
from tests.monitor.excusals.broken import first_response, late_by
from tests.monitor.pages.test_presses_at_once import at_once, of, told
from tests.monitor.pages.test_the_opinion_pages import give
from tests.monitor.pages.test_the_reading_pages import ask
from tests.monitor.watched import Elsewhere, elsewhere, promises

__all__ = ["elsewhere", "promises"]

pytestmark = [
    pytest.mark.database,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("promises"),
]


def test_a_promise_that_two_excuse_at_once_is_excused_once(make: Make, elsewhere: Elsewhere) -> None:
    figures.begin()
    ticket = late_by(make, timedelta(hours=1))
    key = f"{ticket.pk}.first_response.{first_response(ticket).start_seq}"
    said = {"promise": key, "act": "excuse", "reason": "Storm"}
    first, second = of(make.agent("overseer")), of(make.agent("admin"))

    with at_once(elsewhere, lambda: second.post(reverse("broken"), said)) as answers:
        first.post(reverse("broken"), said)

    assert answers[0].status_code == 302
    assert told(answers[0])[-1] == "Excused: 0."
    assert Excusal.objects.get().excused_by == make.agent("overseer")


def test_a_cause_that_two_add_at_once_is_on_the_list_once(make: Make, elsewhere: Elsewhere) -> None:
    first, second = of(make.agent("overseer")), of(make.agent("admin"))

    with at_once(elsewhere, lambda: second.post(reverse("causes"), {"name": "no  ＳＴＯＣＫ"})) as answers:
        first.post(reverse("causes"), {"name": "No stock"})

    assert answers[0].status_code == 422
    assert ListedCause.objects.get().name == "No stock"


def test_who_is_invited_twice_at_once_has_one_link_that_is_good(make: Make, elsewhere: Elsewhere) -> None:
    first, second = of(make.agent("overseer")), of(make.agent("admin"))
    said = {"email": "new@example.com", "queue": make.queue().pk, "role": "member"}

    with at_once(elsewhere, lambda: second.post(reverse("invitations"), said)) as answers:
        first.post(reverse("invitations"), said)

    assert answers[0].status_code == 302
    assert Invitation.objects.unanswered().get().invited_by == make.agent("admin")


def declare(client: Client, **fields: object) -> Any:
    said = {"name": "Outage", "reason": "No power", "starts_at": "2026-03-09T15:00", "declare": "1"}
    return client.post(reverse("freezes"), said | fields)


def test_a_freeze_that_two_declare_at_once_is_declared_once(make: Make, elsewhere: Elsewhere) -> None:
    first, second = of(make.agent("admin")), of(make.agent("admin"))

    with at_once(elsewhere, lambda: declare(second, name="outage ")) as answers:
        declare(first)

    assert answers[0].status_code == 422
    assert "declared already" in answers[0].content.decode()
    assert Freeze.objects.count() == 1


def test_a_freeze_that_holds_for_more_or_is_another_may_be_declared(make: Make) -> None:
    admin = of(make.agent("admin"))
    declare(admin, ends_at="2026-03-09T17:00")

    assert declare(admin, ends_at="2026-03-09T16:00").status_code == 422, "it holds for all of that"
    for other in (
        {"name": "Flood", "ends_at": "2026-03-09T17:00"},
        {"ends_at": "2026-03-09T18:00"},
        {"starts_at": "2026-03-09T14:00", "ends_at": "2026-03-09T16:00"},
        {"queues": make.queue().pk, "ends_at": "2026-03-09T17:00"},
        {},
    ):
        assert declare(admin, **other).status_code == 302, other


def test_an_export_that_is_given_twice_is_counted_once(make: Make) -> None:
    admin = of(make.agent("admin"))

    first, again = give(admin), give(admin)

    assert first.headers["Location"] == again.headers["Location"]
    assert Opinion.objects.count() == 1
    assert give(admin, robots="").headers["Location"] != first.headers["Location"]


def test_an_account_whose_reading_is_asked_for_twice_is_read_once(make: Make) -> None:
    admin = of(make.agent("admin"))

    first, again = ask(admin), ask(admin)

    assert first.headers["Location"] == again.headers["Location"]
    assert OpinionSource.objects.count() == 1
    assert ask(admin, account="other").headers["Location"] != first.headers["Location"]
