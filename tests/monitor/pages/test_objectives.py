"""Objectives on the board and on their page: who sees which, who may promise, and every number leads to its tickets."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Membership, Queue
from helpdesk.tickets import ticket_status
from monitor.models import ClosedMonth, Objective
from monitor.reports.objectives import month_closing
from monitor.reports.objectives.calendar_month import month_of, months_after
from tests.make import Make
from tests.monitor.pages.test_the_board import answer, begun, listed, numbers, plain

__all__ = ["begun"]


@pytest.fixture
def now() -> datetime:
    return database_now()


@pytest.fixture
def admin(client: Client, make: Make) -> Agent:
    agent = make.agent("admin")
    client.force_login(agent)
    return agent


def objective(make: Make, now: datetime, *, queue: Queue | None = None, per_mille: int = 600) -> Objective:
    first = months_after(month_of(now.date()), -3)
    by = make.agent("admin")
    return Objective.objects.create(
        metric="first_response", queue=queue, per_mille=per_mille, from_month=first, created_by=by
    )


def some_weeks_ago(make: Make, now: datetime) -> date:
    """Three ask: one is answered in time, one late, one says that no reply is needed; return their month."""
    asked, agent = now - timedelta(days=40), make.agent("owner")
    early, late, thanks = (make.ticket(now=asked, occurred_at=asked.isoformat()) for _ in range(3))
    answer(early, agent, asked + timedelta(minutes=20))
    answer(late, agent, asked + timedelta(days=4))
    with transaction.atomic():
        ticket_status.mark_no_reply_needed(ticket=thanks, by=agent, now=asked + timedelta(minutes=20))
    return month_of(asked.date())


def close(now: datetime) -> int:
    with transaction.atomic():
        return month_closing.close_due(now=now)


def sent(make: Make, now: datetime, **told: Any) -> dict[str, Any]:
    month = month_of(now.date()).isoformat()
    return {"metric": "first_response", "percent": "95", "from_month": month, "queue": ""} | told


def test_every_number_leads_to_exactly_its_tickets(
    client: Client, admin: Agent, make: Make, now: datetime
) -> None:
    objective(make, now)
    objective(make, now, queue=make.queue("Returns"))
    some_weeks_ago(make, now)
    make.ticket(now=now)
    make.ticket(now=now, queue=make.queue("Returns"))
    close(now)

    found = set(numbers(client.get(reverse("objectives"))))

    assert sum(count > 0 for _address, count in found) >= 4
    for address, count in found:
        assert listed(client, address) == count, address


def test_a_month_says_its_share_what_broke_and_what_stands_beside(
    client: Client, admin: Agent, make: Make, now: datetime
) -> None:
    objective(make, now)
    month = some_weeks_ago(make, now)

    panel = client.get(reverse("board")).context["objectives"]
    told = next(one for one in panel.first.months if one.month == month)

    assert (told.figures.per_mille, told.figures.promised) == (500, 600)
    assert (told.decided.count, told.broken.count, told.figures.may_break) == (2, 1, 0)
    assert {name: number.count for name, number in told.beside.items()} == {"no_reply_needed": 1}
    assert not told.figures.is_kept


def test_a_closed_month_keeps_its_numbers_and_says_what_they_would_be(
    client: Client, admin: Agent, make: Make, now: datetime
) -> None:
    objective(make, now)
    month = some_weeks_ago(make, now)
    assert close(now) == 3
    some_weeks_ago(make, now)
    with transaction.atomic():
        month_closing.look_again(now=now + timedelta(hours=2))

    page = client.get(reverse("objectives"))

    told = next(one for one in page.context["told"][0].months if one.month == month)
    assert (told.decided.count, told.decided.now.count) == (2, 4)
    assert "2 now 4" in plain(page)
    assert "(would be" not in plain(page)


def test_the_board_says_how_the_running_month_stands(
    client: Client, admin: Agent, make: Make, now: datetime
) -> None:
    objective(make, now, per_mille=951)
    answer(make.ticket(now=now), make.agent("owner"), now + timedelta(seconds=1))
    make.ticket(now=now)

    said = plain(client.get(reverse("board")))

    assert (
        "first response, every queue: so far, yes. 100 % in time of those decided; 95.1 % promised." in said
    )
    assert "1 decided; 0 broke, 0 may; 1 undecided" in said


def test_without_an_objective_the_board_says_so(client: Client, owner: Agent) -> None:
    page = client.get(reverse("board"))

    assert "No objective is set for this month." in plain(page)
    assert client.get(reverse("objectives")).context["form"] is None


def test_a_member_sees_those_of_their_queues_alone(
    client: Client, owner: Agent, make: Make, now: datetime
) -> None:
    objective(make, now)
    objective(make, now, queue=make.queue("Elsewhere"))
    own = objective(make, now, queue=make.queue())

    page = client.get(reverse("objectives"))

    assert [one.objective for one in page.context["told"]] == [own]
    assert [said for group in page.context["versions"] for said in group] == [own]


def test_the_board_of_a_queue_shows_that_queue_s(
    client: Client, admin: Agent, make: Make, now: datetime
) -> None:
    objective(make, now)
    own = objective(make, now, queue=make.queue())

    page = client.get(reverse("board"), {"queue": make.queue().pk})

    assert [one.objective for one in page.context["objectives"].told] == [own]


def test_an_overseer_promises_for_their_queue_and_not_for_all(
    client: Client, make: Make, now: datetime
) -> None:
    client.force_login(make.agent("overseer"))

    for_all = client.post(reverse("objectives"), sent(make, now))
    elsewhere = client.post(reverse("objectives"), sent(make, now, queue=make.queue("Elsewhere").pk))
    own = client.post(reverse("objectives"), sent(make, now, queue=make.queue().pk, percent="97.5"))

    assert (for_all.status_code, elsewhere.status_code, own.status_code) == (422, 422, 302)
    made = Objective.objects.get()
    assert (made.queue, made.per_mille, made.created_by) == (make.queue(), 975, make.agent("overseer"))


@pytest.mark.parametrize("name", ["owner", "colleague", "outsider"])
def test_a_member_may_not_promise(client: Client, make: Make, now: datetime, name: str) -> None:
    client.force_login(make.agent(name))

    refused = client.post(reverse("objectives"), sent(make, now, queue=make.queue().pk))

    assert refused.status_code == 403
    assert not Objective.objects.exists()


def test_an_admin_promises_for_every_queue_and_ends_it(
    client: Client, admin: Agent, make: Make, now: datetime
) -> None:
    client.post(reverse("objectives"), sent(make, now))
    assert len(client.get(reverse("objectives")).context["told"]) == 1

    client.post(reverse("objectives"), sent(make, now, percent=""))

    assert [one.per_mille for one in Objective.objects.order_by("pk")] == [950, None]
    assert client.get(reverse("objectives")).context["told"] == []


@pytest.mark.parametrize(
    "wrong",
    [{"percent": "101"}, {"percent": "9.55"}, {"percent": "-1"}, {"metric": "x"}, {"from_month": "x"}],
)
def test_nonsense_is_refused_and_nothing_typed_is_lost(
    client: Client, admin: Agent, make: Make, now: datetime, wrong: dict[str, str]
) -> None:
    page = client.post(reverse("objectives"), sent(make, now, **wrong))

    assert page.status_code == 422
    assert page.context["form"]["percent"].value() == sent(make, now, **wrong)["percent"]
    assert not Objective.objects.exists()


def test_what_is_over_stays_as_it_was_promised(
    client: Client, admin: Agent, make: Make, now: datetime
) -> None:
    objective(make, now)
    before = months_after(month_of(now.date()), -1).isoformat()

    page = client.post(reverse("objectives"), sent(make, now, from_month=before))

    assert page.status_code == 422
    assert "What was promised of months that are over stays as it was." in plain(page)


def test_an_overseer_elsewhere_sees_nothing_of_it(client: Client, make: Make, now: datetime) -> None:
    objective(make, now, queue=make.queue())
    some_weeks_ago(make, now)
    close(now)
    stranger = make.agent("stranger", queue=make.queue("Elsewhere"))
    Membership.objects.filter(agent=stranger).update(role="overseer")
    client.force_login(stranger)

    page = client.get(reverse("objectives"), {"queue": make.queue().pk})

    assert ClosedMonth.objects.exists()
    assert (page.context["told"], page.context["versions"]) == ([], [])
