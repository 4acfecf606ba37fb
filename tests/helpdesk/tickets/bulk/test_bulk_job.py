"""One act on many tickets: what is done, what is skipped and why, crashes, two at once, and undoing it all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction

from helpdesk.conversation import replies
from helpdesk.jobs import job_turn
from helpdesk.models import Job, JobError, Snooze, Ticket
from helpdesk.tickets import assignment, ticket_attributes, ticket_status
from helpdesk.tickets.bulk import bulk_job
from tests.make import NOW, Make
from tests.monitor.watched import Elsewhere

pytestmark = pytest.mark.database

SOON = NOW + timedelta(seconds=30)


def ask(act: str, value: str, tickets: list[Ticket], make: Make, **fields: bool) -> Job:
    with transaction.atomic():
        numbers = [ticket.pk for ticket in tickets]
        return bulk_job.ask(act=act, value=value, tickets=numbers, by=make.agent(), now=SOON, **fields)


def skipped(job: Job) -> dict[str, str]:
    return dict(JobError.objects.filter(job=job).values_list("what", "why"))


def fresh(tickets: list[Ticket]) -> list[Ticket]:
    return [Ticket.objects.get(pk=ticket.pk) for ticket in tickets]


def test_a_few_are_done_at_once_and_the_others_are_skipped_with_their_reasons(make: Make) -> None:
    free, mine, theirs, foreign = (make.ticket() for _ in range(4))
    with transaction.atomic():
        assignment.claim(ticket=mine, by=make.agent(), now=NOW)
        assignment.claim(ticket=theirs, by=make.agent("colleague"), now=NOW)
        ticket_attributes.change_queue(ticket=foreign, queue=make.queue("Elsewhere"), by=None, now=NOW)

    job = ask("assign", "me", [free, mine, theirs, foreign], make)

    assert job.finished_at == SOON
    assert [one.assignee for one in fresh([free, mine, theirs])] == [
        make.agent(), make.agent(), make.agent("colleague"),
    ]  # fmt: skip
    assert skipped(job) == {
        mine.reference: "It was so already.",
        theirs.reference: "\u2068Colleague\u2069 already has this ticket.",
    }


def test_where_a_customer_waits_nothing_is_resolved_unless_that_is_confirmed(make: Make) -> None:
    waits, answered = make.ticket(), make.ticket()
    with transaction.atomic():
        replies.reply_in_public(ticket=answered, author=make.agent(), body="Here.", now=NOW)

    job = ask("status", "resolved", [waits, answered], make)
    assert [one.status for one in fresh([waits, answered])] == ["new", "resolved"]
    assert skipped(job) == {waits.reference: "The customer waits for an answer."}

    ask("status", "resolved", [waits], make, confirmed=True)
    assert fresh([waits])[0].status == "resolved"


def test_a_few_are_put_off_together_and_what_cannot_be_is_skipped_with_its_reason(make: Make) -> None:
    parcel = make.ticket(order={"id": "1001"})
    free, theirs, ended = (make.ticket() for _ in range(3))
    with transaction.atomic():
        assignment.claim(ticket=theirs, by=make.agent("colleague"), now=NOW)
        ticket_status.resolve(ticket=ended, by=make.agent(), now=NOW)
    until = SOON + timedelta(hours=3)

    job = ask("snooze", until.isoformat(), [free, theirs, ended], make)

    assert list(Snooze.objects.values_list("ticket", "agent", "until")) == [(free.pk, make.agent().pk, until)]
    assert skipped(job) == {
        theirs.reference: "\u2068Colleague\u2069 already has this ticket.",
        ended.reference: "This ticket is resolved.",
    }
    assert skipped(ask("snooze", "order", [free, parcel], make)) == {
        free.reference: "This ticket is about no order."
    }
    assert set(skipped(ask("snooze", NOW.isoformat(), [parcel], make)).values()) == {
        "Say a time from now on, within a year."
    }


def test_a_snooze_of_several_is_undone_on_all_and_leaves_them_as_they_were(make: Make) -> None:
    tickets = [make.ticket() for _ in range(2)]
    job = ask("snooze", "answer", tickets, make)
    assert Snooze.objects.count() == 2

    with transaction.atomic():
        bulk_job.ask_undo(job, by=make.agent(), now=SOON)

    assert not Snooze.objects.exists()
    assert [(one.assignee, one.status) for one in fresh(tickets)] == [(None, "new")] * 2


@pytest.mark.parametrize(
    ("act", "value", "column", "wanted"),
    [
        ("priority", "urgent", "priority", "urgent"),
        ("status", "on_hold", "status", "on_hold"),
        ("tags_added", "late, parcel", "tags", ["wismo", "late", "parcel"]),
        ("tags_removed", "wismo", "tags", []),
        ("release", "", "assignee", None),
    ],
)
def test_each_act_is_done_to_each_ticket_and_undone_on_all(
    make: Make, act: str, value: str, column: str, wanted: object
) -> None:
    tickets = [make.ticket(tags=["wismo"]) for _ in range(3)]
    with transaction.atomic():
        for ticket in tickets:
            assignment.claim(ticket=ticket, by=make.agent(), now=NOW)
    before = [getattr(one, column) for one in fresh(tickets)]

    job = ask(act, value, tickets, make)
    assert [getattr(one, column) for one in fresh(tickets)] == [wanted] * 3

    with transaction.atomic():
        undoing = bulk_job.ask_undo(job, by=make.agent(), now=SOON + timedelta(seconds=5))
    assert [getattr(one, column) for one in fresh(tickets)] == before
    assert undoing.error_count == 0


def test_a_queue_and_a_colleague_are_those_that_one_may_see(make: Make) -> None:
    ticket, returns, elsewhere = make.ticket(), make.queue("Returns"), make.queue("Elsewhere")
    make.member(make.agent(), queue=returns)

    assert skipped(ask("queue", str(elsewhere.pk), [ticket], make))
    assert skipped(ask("assign", str(make.agent("outsider").pk), [ticket], make))
    ask("assign", str(make.agent("colleague").pk), [ticket], make)
    assert fresh([ticket])[0].assignee == make.agent("colleague")
    ask("queue", str(returns.pk), [ticket], make)
    assert fresh([ticket])[0].queue == returns


def test_undoing_leaves_what_has_happened_since_and_says_so(make: Make) -> None:
    tickets = [make.ticket() for _ in range(2)]
    job = ask("priority", "high", tickets, make)
    with transaction.atomic():
        replies.receive_customer_message(ticket=tickets[0], body="And?", now=SOON)
        undoing = bulk_job.ask_undo(job, by=make.agent(), now=SOON)

    assert [one.priority for one in fresh(tickets)] == ["high", "normal"]
    assert list(skipped(undoing)) == [tickets[0].reference]


def test_more_than_a_page_is_done_step_by_step_and_a_step_that_dies_is_done_again(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_job, "TOGETHER", 2)
    tickets = [make.ticket() for _ in range(5)]
    job = ask("priority", "high", tickets, make)
    assert [one.priority for one in fresh(tickets)] == ["normal"] * 5

    job_turn.take(now=SOON, limit=50)
    with transaction.atomic():
        job_turn.take(now=SOON, limit=50)
        transaction.set_rollback(True)
    done = [one.priority for one in fresh(tickets)].count("high")
    while job_turn.take(now=SOON, limit=50):
        pass

    job.refresh_from_db()
    assert done == 2
    assert (job.done, len(job.state["done"]), job.error_count) == (5, 5, 0)
    assert [one.last_seq for one in fresh(tickets)] == [2] * 5


@pytest.mark.django_db(transaction=True)
def test_two_acts_on_the_same_tickets_follow_one_another(make: Make, elsewhere: Elsewhere) -> None:
    tickets = [make.ticket() for _ in range(12)]
    make.agent()

    def prioritise(value: str) -> Callable[[], Job]:
        return lambda: ask("priority", value, tickets, make)

    both = [elsewhere(prioritise(value)) for value in ("high", "urgent")]
    for one in both:
        one.result(60)

    assert len({one.priority for one in fresh(tickets)}) == 1
    assert [one.last_seq for one in fresh(tickets)] == [3] * 12
