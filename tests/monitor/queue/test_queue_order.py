"""The queue in its order, page by page, as far as somebody may see it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from helpdesk.conversation import answers, replies
from helpdesk.models import Agent, Environment, Queue, Ticket
from helpdesk.tickets import assignment, ticket_status
from helpdesk.tickets.opening import opening
from monitor.models import Standing
from monitor.promises.defaults import ensure_defaults
from monitor.queue import queue_order
from monitor.queue.queue_order import PAGE_SIZE, QueueFilter
from tests.make import NOW, Make

pytestmark = pytest.mark.database


@pytest.fixture(autouse=True)
def promises(make: Make) -> None:
    ensure_defaults()


def listed(wish: QueueFilter | None = None, *, agent: Agent, now: datetime = NOW) -> list[str]:
    """Walk through all pages and return the references in their order."""
    found: list[str] = []
    after: queue_order.QueueCursor | None = None
    while True:
        rows, after = queue_order.page(
            wish or QueueFilter(), agent=agent, environment=Environment.LIVE, now=now, after=after
        )
        found += [row.ticket.reference for row in rows]
        if after is None:
            return found


def test_what_is_due_first_stands_first_whatever_its_queue(make: Make) -> None:
    make.member(make.agent("owner"), queue=make.queue("Returns"))
    low = make.ticket(priority="low")
    urgent = make.ticket(priority="urgent", queue=make.queue("Returns"))
    normal = make.ticket()
    high = make.ticket(priority="high", queue=make.queue("Returns"))

    expected = [ticket.reference for ticket in (urgent, high, normal, low)]
    assert listed(agent=make.agent("owner")) == expected
    assert listed(agent=make.agent("admin")) == expected


def test_pages_follow_one_another_without_gap_or_repeat_in_the_one_order(make: Make) -> None:
    make.member(make.agent("owner"), queue=make.queue("Returns"))
    for number in range(70):
        asked = NOW - timedelta(minutes=number % 3)
        ticket = make.ticket(
            occurred_at=asked.isoformat(),
            priority=("low", "normal")[number % 2],
            queue=make.queue(("Support", "Returns")[number % 5 == 0]),
        )
        if number % 4 == 0:
            with transaction.atomic():
                replies.reply_in_public(
                    ticket=ticket, author=make.agent("owner"), body="…", then=answers.AfterReply.WAIT, now=NOW
                )

    assert Standing.objects.filter(turn_at=None).count() > 0
    expected = list(Standing.objects.turn_first().values_list("ticket__reference", flat=True))
    assert listed(agent=make.agent("owner")) == expected


def test_tabs_show_mine_nobodys_and_all(make: Make) -> None:
    mine, free, theirs = (make.ticket() for _ in range(3))
    claim(mine, make.agent("owner"))
    claim(theirs, make.agent("colleague"))

    def tab(name: str) -> set[str]:
        return set(listed(QueueFilter(tab=name), agent=make.agent("owner")))

    assert tab("mine") == {mine.reference}
    assert tab("unassigned") == {free.reference}
    assert tab("all") == {mine.reference, free.reference, theirs.reference}


def test_the_outsider_sees_nothing_and_is_given_nothing(make: Make) -> None:
    make.ticket()
    outsider = make.agent("outsider")

    assert listed(agent=outsider) == []
    assert listed(QueueFilter(queue_id=make.queue().pk), agent=outsider) == []
    assert queue_order.next_candidates(outsider, Environment.LIVE, limit=9) == []
    assert queue_order.next_due(outsider, Environment.LIVE) is None


def test_environments_are_kept_apart(make: Make) -> None:
    make.ticket(store=make.store("Trial", environment=Environment.TEST))
    live = make.ticket()
    assert listed(agent=make.agent("owner")) == [live.reference]


def test_filters_keep_exactly_what_they_name(make: Make) -> None:
    other = make.store("Other shop")
    plain, urgent = make.ticket(), make.ticket(priority="urgent", store=other)
    with transaction.atomic():
        assignment.acknowledge(ticket=plain, by=make.agent("owner"), now=NOW)

    def kept(now: datetime = NOW, **fields: object) -> list[str]:
        return listed(QueueFilter(**fields), agent=make.agent("owner"), now=now)  # type: ignore[arg-type]

    assert kept(store_id=other.pk) == kept(priority_rank=3) == [urgent.reference]
    assert kept(place="unacknowledged") == [urgent.reference]
    assert kept(place="soon") == [urgent.reference]
    assert kept(place="late") == []
    assert kept(place="late", now=NOW + timedelta(hours=1)) == [urgent.reference]
    assert kept(place="waiting") == [urgent.reference, plain.reference]
    assert kept(queue_id=make.queue("Elsewhere").pk) == []


def test_next_is_nobodys_and_not_the_customers_turn(make: Make) -> None:
    waiting, low, urgent, taken = (
        make.ticket(),
        make.ticket(priority="low"),
        make.ticket(priority="urgent"),
        make.ticket(),
    )
    with transaction.atomic():
        ticket_status.set_status(ticket=waiting, status="pending", by=None, now=NOW)
    claim(taken, make.agent("colleague"))

    assert queue_order.next_candidates(make.agent("owner"), Environment.LIVE, limit=9) == [urgent.pk, low.pk]


def test_next_is_who_waits_for_words_before_what_is_merely_unresolved(make: Make) -> None:
    asked, written_again = NOW - timedelta(days=2), NOW - timedelta(minutes=25)
    unresolved, both = (make.ticket(priority="urgent", now=asked) for _ in range(2))
    answered(unresolved, make.agent(), asked)
    answered(both, make.agent(), asked)
    with transaction.atomic():
        replies.receive_customer_message(ticket=both, body="And now?", now=written_again)
    calm, fresh = make.ticket(priority="low"), make.ticket(priority="urgent")

    assert queue_order.next_candidates(make.agent("owner"), Environment.LIVE, limit=9) == [
        both.pk, fresh.pk, calm.pk, unresolved.pk,
    ]  # fmt: skip


def test_next_is_never_a_question_of_ones_own(make: Make) -> None:
    own = make.ticket(email="Owner@example.com", priority="urgent")
    resembling, other = make.ticket(email="owner@example.com.au"), make.ticket(priority="low")

    assert queue_order.next_candidates(make.agent("owner"), Environment.LIVE, limit=9) == [
        resembling.pk,
        other.pk,
    ]
    assert queue_order.next_candidates(make.agent("colleague"), Environment.LIVE, limit=9)[0] == own.pk


def test_next_is_what_is_left_behind_however_many_questions_of_ones_own(make: Make) -> None:
    for _ in range(4):
        make.ticket(email="owner@example.com", priority="urgent")
    other = make.ticket(priority="low")

    assert queue_order.next_candidates(make.agent("owner"), Environment.LIVE, limit=3) == [other.pk]


def test_the_most_urgent_promise_is_told_broken_or_not(make: Make) -> None:
    owner = make.agent("owner")
    assert queue_order.next_due(owner, Environment.LIVE) is None
    make.ticket()
    make.ticket(priority="urgent", now=NOW - timedelta(days=1))
    assert queue_order.next_due(owner, Environment.LIVE) == NOW - timedelta(days=1) + timedelta(minutes=15)


def answered(ticket: Ticket, agent: Agent, at: datetime) -> None:
    """Let it have been answered, as history: nobody has it for that."""
    with transaction.atomic():
        replies.reply_in_public(ticket=ticket, author=agent, body="On its way.", now=at, imported=True)


def claim(ticket: Ticket, agent: Agent) -> None:
    with transaction.atomic():
        assignment.claim(ticket=ticket, by=agent, now=NOW)


def make_many(make: Make, number: int, *, queue: Queue | None = None) -> None:
    shapes = [make.shape() for _ in range(number)]
    store = make.store(queue.name, queue=queue) if queue else make.store()
    with transaction.atomic():
        opening.open_tickets(shapes, store=store, now=NOW)


def many(make: Make, *, of: Agent) -> None:
    """Open so many tickets that their number decides how they are read, nearly all of them somebody's."""
    make_many(make, 200)
    Standing.objects.filter(pk__in=Standing.objects.order_by("pk").values("pk")[10:]).update(assignee=of)


@pytest.mark.parametrize(
    ("tab", "index"),
    [
        ("all", "standing_by_queue"),
        ("mine", "standing_by_assignee_of_queue"),
        ("unassigned", "standing_by_assignee_of_queue"),
    ],
)
def test_each_queue_is_read_in_the_order_of_an_index(make: Make, tab: str, index: str) -> None:
    many(make, of=make.agent("colleague"))
    owner = make.agent("owner")
    plan = planned(QueueFilter(tab=tab), agent=owner, explain="EXPLAIN")

    reads = [place for place, line in enumerate(plan) if f"using {index} on" in line]
    assert reads
    assert all("Limit" in plan[place - 1] for place in reads), plan
    assert "\n".join(plan).count("Sort Key") == 2, plan  # of what is near, then of what is shown


def test_of_what_is_near_in_each_queue_only_what_a_page_shows_is_read_whole(make: Make) -> None:
    names = ("Support", "Returns", "Sizes")
    for name in names:
        make.member(make.agent("owner"), queue=make.queue(name))
        make_many(make, 40, queue=make.queue(name))

    plan = planned(QueueFilter(), agent=make.agent("owner"), explain="EXPLAIN (ANALYZE, TIMING OFF)")

    reads = [line for line in plan if " on helpdesk_ticket " in line]
    assert [f"loops={PAGE_SIZE + 1})" in read for read in reads] == [True], plan


def planned(wanted: QueueFilter, *, agent: Agent, explain: str) -> list[str]:
    """Return how a page is read where tables are large: of this size they would be read whole."""
    with CaptureQueriesContext(connection) as queries:
        queue_order.page(wanted, agent=agent, environment=Environment.LIVE, now=NOW)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # what others left there, in any table that is joined, is not to decide
        for path in ("seqscan", "bitmapscan", "sort", "hashjoin", "mergejoin"):
            cursor.execute(f"SET LOCAL enable_{path} = off")
        cursor.execute(f"{explain} {queries[0]['sql']}")
        return [line for (line,) in cursor.fetchall()]
