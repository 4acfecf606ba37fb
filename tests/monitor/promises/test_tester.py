"""The tester says of a ticket what really opening it gives: policy, due times, warnings and ledger."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection

from helpdesk.models import Customer, Ticket, TicketEvent
from monitor.clock.book.policy import Attributes, Book
from monitor.clock.ledger import explain
from monitor.models import Calendar, Clock, Policy
from monitor.promises import versions
from monitor.promises.tester import tried_ticket
from monitor.promises.tester.tried_promises import PolicyPlace, TriedPromises, TriedTicket, try_ticket
from monitor.promises.tester.tried_ticket import SaidOfTicket
from monitor.promises.tester.verdict_words import VerdictWords
from monitor.relay import book, clock_state
from tests.make import NOW, Make
from tests.monitor.watched import promises

__all__ = ["promises"]

pytestmark = [pytest.mark.database, pytest.mark.django_db]

CHANNELS, TAGS, TIERS = ("api", "mail", "chat"), ("vip", "refund", "late"), ("", "gold", "vip")
PRIORITIES, LOCALES = ("low", "normal", "high", "urgent"), (None, "en-GB", "de", "he")
WEEKS = (
    {"mon": [["09:00", "12:00"], ["13:00", "17:00"]], "thu": [["22:00", "02:00"]]},
    {day: [["08:00", "20:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat")},
)


def rules(chance: Random, queues: list[int]) -> dict[str, Any]:
    """Return the rules of some policy, with conditions that some of the tickets meet."""
    match: dict[str, list[Any]] = {
        "channel": chance.sample(CHANNELS, 2),
        "priority": chance.sample(PRIORITIES, 2),
        "tier": chance.sample(TIERS[1:], 1),
        "tags": chance.sample(TAGS, 2),
        "language": ["en", "he"],
        "queue": chance.sample(queues, 1),
    }
    asked = chance.sample(sorted(match), chance.randint(0, 2))
    seconds = {"low": 86_400, "normal": 14_400, "urgent": 600}
    first = {"seconds": chance.choice([seconds, 3600]), "warn": chance.choice([None, 0.5, 0.75])}
    resolution = chance.choice(
        [
            {"basis": chance.choice(["wall", "business"]), "seconds": chance.choice([7200, 259_200])},
            {
                "amounts": {
                    "*": {"days": 2, "basis": "business", "ends": chance.choice(["same_time", "end_of_day"])}
                }
            },
        ]
    )
    return {
        "match": {key: match[key] for key in asked},
        "targets": {"first_response": first, "resolution": resolution},
    }


def publish_some(chance: Random, queues: list[int]) -> None:
    for number, week in enumerate(WEEKS):
        calendar = Calendar.objects.create(name=f"Hours {number}")
        spec = {"timezone": chance.choice(["Europe/London", "Asia/Jerusalem"]), "weekly": week}
        versions.publish_calendar(calendar=calendar, spec=spec, now=NOW - timedelta(days=9), by=None)
    for number in range(5):
        versions.publish_policy(
            policy=Policy.objects.create(name=f"Policy {number}"),
            position=number,
            calendar=chance.choice(list(Calendar.objects.order_by("pk"))),
            rules=rules(chance, queues),
            now=NOW - timedelta(days=8),
            by=None,
        )


def shapes(chance: Random) -> Iterator[dict[str, Any]]:
    while True:
        yield {
            "channel": chance.choice(CHANNELS),
            "priority": chance.choice(PRIORITIES),
            "tags": chance.sample(TAGS, chance.randint(0, 2)),
            "occurred_at": (NOW - timedelta(minutes=chance.randint(0, 6000))).isoformat(),
            "customer": {"email": f"{chance.random()}@example.com", "tier": chance.choice(TIERS)}
            | {"locale": chance.choice(LOCALES)},
        }


@pytest.mark.parametrize("seed", range(4))
def test_it_says_what_the_real_opening_gives(make: Make, seed: int) -> None:
    chance, store = Random(seed), make.store()  # noqa: S311  # no secret
    publish_some(chance, [store.default_queue_id, make.queue("Elsewhere").pk])
    for said, _ in zip(shapes(chance), range(12), strict=False):
        shape = make.shape(**said)
        tried, _warnings = tried_ticket.of_shape(shape, store=store, now=NOW)
        promises_of = try_ticket(tried, book.current())

        ticket = make.ticket(store=store, **said)

        assert tried == tried_ticket.of_ticket(ticket)
        assert as_tried(promises_of) == as_stored(ticket)
        assert ledgers(promises_of) == real_ledgers(ticket, promises_of)


def as_tried(told: TriedPromises) -> list[tuple[Any, ...]]:
    policy = told.applying.version.id if told.applying else None
    return sorted(
        (one.clock.metric, policy, one.clock.target, one.clock.due_at, one.clock.risk_at)
        for one in told.clocks
    )


def as_stored(ticket: Ticket) -> list[tuple[Any, ...]]:
    rows = Clock.objects.filter(ticket=ticket)
    return sorted(rows.values_list("metric", "policy_version_id", "target", "due_at", "risk_at"))


def ledgers(told: TriedPromises) -> dict[str, Any]:
    return {one.clock.metric.value: one.ledger for one in told.clocks}


def real_ledgers(ticket: Ticket, told: TriedPromises) -> dict[str, Any]:
    state = clock_state.tell_all(ticket, now=NOW)
    real = {one.metric.value: one for one in state.told[ticket.pk].clocks or ()}
    until = {one.clock.metric.value: one.clock.due_at or told.shown_at for one in told.clocks}
    return {metric: tuple(explain(clock, state.edition, until[metric])) for metric, clock in real.items()}


def test_nothing_is_written(make: Make, django_assert_max_num_queries: Any) -> None:
    store = make.store()
    book.current()

    with django_assert_max_num_queries(3) as asked:
        tried, _ = tried_ticket.of_shape(make.shape(), store=store, now=NOW)
        try_ticket(tried, book.current())

    assert not [one for one in asked.captured_queries if "SELECT" not in one["sql"].split("(")[0].upper()]
    assert not any(model.objects.exists() for model in (Ticket, Customer, TicketEvent, Clock))
    assert connection.needs_rollback is False


def words() -> VerdictWords:
    called = clock_state.names(book.current())
    return VerdictWords({number: label[0] or "" for number, label in called.policies.items()}, {}, {})


def plain(sentence: str) -> str:
    return sentence.replace("\u2068", "").replace("\u2069", "")


def in_order(*match: dict[str, Any]) -> None:
    """Publish policies of these conditions ahead of the one for everybody."""
    calendar = Calendar.objects.first()
    assert calendar
    for place, (name, conditions) in enumerate(zip(("Business hours", "VIP", "Rest"), match, strict=False)):
        versions.publish_policy(
            policy=Policy.objects.create(name=name),
            position=place - 10,
            calendar=calendar,
            rules={"match": conditions, "targets": {}},
            now=NOW - timedelta(days=1),
            by=None,
        )


def test_each_policy_that_does_not_apply_says_why(make: Make) -> None:
    in_order({"tier": ["vip"]}, {"channel": ["api", "mail"]}, {"tags": []})
    tried = tried_ticket.of_store(make.store(), now=NOW)

    told = try_ticket(tried, book.current())

    said = [plain(words().why(one, told)) for one in told.policies]
    assert said[:3] == [
        "Business hours comes before VIP, but asks for tier vip (this ticket has none).",
        "VIP applies: it asks for channel api or mail.",
        "Rest does not match: it asks for tag out of an empty list (no ticket has that).",
    ]
    late = [one for one in told.policies if one.place is PolicyPlace.COMES_LATER]
    assert late
    assert all("would match too, but VIP comes before it." in plain(words().why(one, told)) for one in late)
    assert plain(words().summary(told)) == "VIP applies."


def test_where_nothing_applies_nothing_is_promised_and_time_is_measured(make: Make) -> None:
    tried = tried_ticket.of_store(make.store(), now=datetime(1970, 1, 2, tzinfo=UTC))

    told = try_ticket(tried, Book([], []))

    assert told.policies == ()
    assert words().summary(told) == "No policy applies: time is measured, and nothing is promised."
    assert {one.clock.target for one in told.clocks} == {None}


def test_what_is_said_takes_the_place_of_what_the_ticket_brings(make: Make) -> None:
    tried = tried_ticket.of_ticket(make.ticket(priority="low", tags=["a"]))

    said = tried_ticket.with_said(
        tried, SaidOfTicket(priority="urgent", language="en-GB", tags=(" a\nb", ""), opened_at=NOW)
    )

    attributes = tried.attributes._replace(priority="urgent", language="en", tags=frozenset({"a b"}))
    assert said == TriedTicket(attributes=attributes, opened_at=NOW)
    assert isinstance(said.attributes, Attributes)


def test_what_happens_afterwards_counts(make: Make) -> None:
    tried = tried_ticket.of_store(make.store(), now=NOW)
    hour = timedelta(hours=1)
    later = [("answered", NOW + hour), ("customer_wrote", NOW + 2 * hour)]

    told = try_ticket(tried_ticket.followed_by(tried, later), book.current())

    ends = {one.clock.metric.value: one.clock.ended_at for one in told.clocks}
    assert ends["first_response"] == NOW + hour
    assert ends["next_response"] is None
    assert [one.place for one in told.policies].count(PolicyPlace.APPLIES) == 1


def test_a_ticket_is_tried_as_it_was_when_it_was_opened_or_as_it_is_now(make: Make) -> None:
    ticket, elsewhere = make.ticket(priority="low", tags=["a"]), make.queue("Elsewhere")
    opened = tried_ticket.of_ticket(ticket)
    Ticket.objects.filter(pk=ticket.pk).update(priority="urgent", tags=["b"], queue=elsewhere)
    ticket.refresh_from_db()

    now = tried_ticket.of_ticket(ticket)

    assert tried_ticket.as_opened(ticket) == opened
    attributes = opened.attributes
    changed = attributes._replace(priority="urgent", tags=frozenset({"b"}), queue=elsewhere.pk)
    assert now.attributes == changed
