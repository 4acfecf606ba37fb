"""What holds for every ticket, whatever happens to it: the engine rules, over random stories."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.clock.book.policy import Book
from monitor.clock.clock import ReplayedClock
from monitor.clock.corrections import DELIVERY
from monitor.clock.ledger import explain
from monitor.clock.metrics import Metric, Outcome
from monitor.clock.replay import Event, replay
from tests.clock.story import OPENING, book, calendar, days, office, promise

START: Final = datetime(2026, 3, 6, 14, tzinfo=UTC)
METRICS: Final = ("acknowledgement", "first_response", "next_response", "update", "resolution", "ownership")
Happening = tuple[str, dict[str, Any]]

happenings: Final = st.one_of(
    st.tuples(st.just("customer_message_received"), st.fixed_dictionaries({"automatic": st.booleans()})),
    st.tuples(
        st.just("public_reply_sent"),
        st.fixed_dictionaries(
            {
                "author": st.sampled_from(["agent", "agent", "bot", "system"]),
                "automatic": st.sampled_from([False]),
            },
            optional={"holding": st.just(True)},
        ),
    ),
    st.tuples(
        st.just("status_changed"),
        st.fixed_dictionaries({"status": st.sampled_from(["open", "pending", "on_hold"])}),
    ),
    st.tuples(
        st.just("priority_changed"),
        st.fixed_dictionaries({"priority": st.sampled_from(["low", "normal", "high"])}),
    ),
    st.tuples(st.just("queue_changed"), st.fixed_dictionaries({"queue": st.integers(1, 3)})),
    st.tuples(st.just("tags_changed"), st.fixed_dictionaries({"tags": st.sampled_from([[], ["vip"]])})),
    st.tuples(st.just("assigned"), st.fixed_dictionaries({"agent": st.just(1), "claimed": st.booleans()})),
    st.tuples(st.just("closed"), st.fixed_dictionaries({"by": st.sampled_from(["customer", "system"])})),
    st.tuples(
        st.just("reopened"),
        st.fixed_dictionaries(
            {"by": st.sampled_from(["customer", "agent"])}, optional={"message_seq": st.integers(2, 12)}
        ),
    ),
    st.tuples(
        st.just("due_time_set"),
        st.fixed_dictionaries({"metric": st.sampled_from(METRICS), "in_minutes": st.integers(-600, 6000)}),
    ),
    st.tuples(st.just("due_time_cleared"), st.fixed_dictionaries({"metric": st.sampled_from(METRICS)})),
    st.tuples(st.just("absorbed"), st.fixed_dictionaries({"minutes_ago": st.none() | st.integers(0, 3000)})),
    st.tuples(st.just("voided"), st.just({"reason": "spam"})),
    st.tuples(st.just("restored"), st.just({})),
    st.tuples(st.sampled_from(sorted(DELIVERY)), st.fixed_dictionaries({"reply_seq": st.integers(1, 12)})),
    st.tuples(
        st.just("undone"),
        st.fixed_dictionaries({"seqs": st.lists(st.integers(1, 12), min_size=1, max_size=3, unique=True)}),
    ),
    st.tuples(
        st.sampled_from(["resolved", "acknowledged", "unassigned", "note_added", "no_reply_needed_marked"]),
        st.just({}),
    ),
)


@st.composite
def stories(draw: st.DrawFn, *, late: bool = False) -> list[Event]:
    """Draw the events of a ticket, dated in the order of their seq unless some may come late."""
    opening = OPENING | {"initiated_by": draw(st.sampled_from(["customer", "customer", "agent"]))}
    events = [Event(1, "opened", START, START, imported=False, payload=opening)]
    at = START
    for seq, (kind, payload) in enumerate(draw(st.lists(happenings, max_size=14)), start=2):
        at += timedelta(minutes=draw(st.sampled_from([0, 1, 7, 60, 240, 1440])))
        ago = timedelta(minutes=draw(st.integers(0, 3000))) if late else timedelta(0)
        told = draw(st.sampled_from([None, None, True, False])) if late else None
        events.append(Event(seq, kind, at - ago, at, False, dated(payload, at), told))
    return events


def dated(payload: dict[str, Any], at: datetime) -> dict[str, Any]:
    if "in_minutes" in payload:
        due_at = at + timedelta(minutes=payload["in_minutes"])
        return {"metric": payload["metric"], "due_at": due_at.isoformat()}
    if payload.get("minutes_ago") is not None:
        since = at - timedelta(minutes=payload["minutes_ago"])
        return {"ticket": 2, "waiting_since": since.isoformat()}
    return payload


@st.composite
def books(draw: st.DrawFn) -> Book:
    """Draw policies by tag and queue, with versions of them and of the calendar along the way."""
    in_days = st.builds(
        days,
        st.integers(0, 3),
        st.sampled_from(["same_time", "end_of_day"]),
        st.sampled_from(["business", "business", "wall"]),
    )
    amounts = st.sampled_from([0, 1, 2, 5, 9, 20]) | in_days
    per_priority = st.fixed_dictionaries({"low": amounts, "normal": amounts, "high": amounts})

    def version(number: int, **more: Any) -> Any:
        chosen = draw(st.lists(st.sampled_from(METRICS), unique=True))
        basis, warn = draw(st.sampled_from(["business", "wall"])), draw(st.sampled_from([None, 0, 0.5, 0.9]))
        pauses = draw(
            st.dictionaries(st.sampled_from(METRICS), st.sampled_from([[], ["pending"]]), max_size=2)
        )
        bots = draw(st.booleans())
        targets: dict[str, Any] = {metric: draw(per_priority) for metric in chosen}
        return promise(
            version=number,
            basis=basis,
            warn=warn,
            pauses=pauses,
            bots_count=bots,
            options=draw(options),
            **more,
            **targets,
        )

    policies = [
        version(1, policy=1, position=1, match={"tags": ["vip"]}),
        version(1, policy=2, position=2, match={"queue": [1, 2]}),
        version(2, policy=2, position=2, match={"queue": [1]}, since=draw(moments), scope=draw(scopes)),
        version(
            3, policy=2, position=2, since=draw(moments), scope=draw(scopes), retired=draw(st.booleans())
        ),
    ]
    calendars = [
        calendar(office()),
        calendar(office(opens="07:00", closes="20:00"), version=2, since=draw(moments)),
    ]
    return book(*policies, calendars=calendars)


options: Final = st.fixed_dictionaries(
    {
        "first_resolution_only": st.booleans(),
        "unmatched": st.sampled_from(["keep", "remove"]),
        "attached": st.sampled_from(["attached", "opening"]),
    }
)
scopes: Final = st.sampled_from(["new", "new_and_open"])
moments: Final = st.integers(-600, 9000).map(lambda minutes: START + timedelta(minutes=minutes))


def by_identity(clocks: tuple[ReplayedClock, ...]) -> dict[tuple[Metric, int], ReplayedClock]:
    return {(clock.metric, clock.start_seq): clock for clock in clocks}


@settings(deadline=None)
@given(stories(late=True), books())
def test_at_most_one_clock_of_a_metric_has_not_ended(events: list[Event], rules: Book) -> None:
    clocks = replay(events, rules)
    open_metrics = [clock.metric for clock in clocks if clock.ended_at is None]

    assert len(set(open_metrics)) == len(open_metrics)
    assert len(by_identity(clocks)) == len(clocks)


@settings(deadline=None)
@given(stories(late=True), books())
def test_a_clock_never_contradicts_itself(events: list[Event], rules: Book) -> None:
    for clock in replay(events, rules):
        assert (clock.outcome is None) == (clock.ended_at is None) == (clock.end_seq is None)
        assert clock.paused_at is None or clock.ended_at is None
        assert clock.paused_at is None or is_late_or_has_no_due_time(clock)
        assert clock.outcome is not Outcome.MET or clock.breach_at is None
        assert clock.outcome is not Outcome.LATE or clock.breach_at is not None
        assert (clock.breach_at is None) == (clock.breach_kind == "")
        assert clock.risk_at is None or clock.breach_at is None or clock.risk_at < clock.breach_at
        assert clock.remaining is None or clock.remaining >= timedelta(0)
        assert timedelta(0) <= clock.business <= clock.wall
        if clock.outcome is None and clock.due_at is not None and not will_be_paused(clock):
            assert clock.breach_at is not None


def is_late_or_has_no_due_time(clock: ReplayedClock) -> bool:
    if clock.due_at is None or clock.paused_at is None:
        return clock.due_at is None
    return clock.breach_at is not None and clock.due_at <= clock.paused_at and clock.remaining is None


def will_be_paused(clock: ReplayedClock) -> bool:
    return clock.segments[-1].paused


@settings(deadline=None)
@given(stories(late=True), books())
def test_the_segments_of_a_clock_lie_end_to_end(events: list[Event], rules: Book) -> None:
    for clock in replay(events, rules):
        assert all(a.end == b.start for a, b in pairwise(clock.segments))
        if clock.segments:
            assert clock.segments[0].start == clock.started_at
            assert clock.segments[-1].end == clock.ended_at


@settings(deadline=None)
@given(stories(late=True), books(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_makes_no_difference(events: list[Event], rules: Book, chance: Any) -> None:
    shuffled = list(events)
    chance.shuffle(shuffled)

    assert replay(shuffled, rules) == replay(events, rules)


@settings(deadline=None)
@given(stories(late=True), books(), st.integers(0, 20_000))
def test_the_ledger_adds_up_to_the_elapsed_time(events: list[Event], rules: Book, minutes: int) -> None:
    until = START + timedelta(minutes=minutes)
    for clock in replay(events, rules):
        steps = explain(clock, rules, until)
        business, wall = clock.elapsed_at(until)
        running = timedelta(seconds=sum(step.seconds for step in steps if step.kind == "running"))
        unpaused = timedelta(seconds=sum(step.seconds for step in steps if step.kind != "paused"))

        assert running == (wall if clock.basis == "wall" else business)
        assert unpaused == wall


@settings(deadline=None)
@given(stories(late=True), books())
def test_without_reports_the_promised_clocks_are_the_same(events: list[Event], rules: Book) -> None:
    promised = [clock for clock in replay(events, rules) if clock.metric.value in METRICS]

    assert list(replay(events, rules, reports=False)) == promised


@settings(max_examples=200, deadline=None)
@given(stories(), books())
def test_no_alarm_appears_before_the_event_that_made_it_so(events: list[Event], rules: Book) -> None:
    """Also: the versions still to come were counted in, or what was foretold would not hold.

    An undoing gives back what the act had taken away: a warning, or what a version did meanwhile.
    """
    for count in range(1, len(events)):
        at, undoes = events[count].occurred_at, events[count].kind == "undone"
        until = named_by(events[count], events[:count]) if undoes else at
        before, after = (by_identity(replay(events[:n], rules)) for n in (count, count + 1))
        for identity, clock in after.items():
            if clock.breach_at is not None and clock.breach_at < until:
                assert before[identity].breach_at == clock.breach_at
            if clock.risk_at is not None and clock.risk_at < at and not undoes:
                assert before[identity].risk_at == clock.risk_at


@settings(max_examples=200, deadline=None)
@given(stories(), books())
def test_a_breach_is_for_ever_unless_a_correction_names_a_moment_before_it(
    events: list[Event], rules: Book
) -> None:
    for count in range(1, len(events)):
        event = events[count]
        until = named_by(event, events[:count])
        before, after = (by_identity(replay(events[:n], rules)) for n in (count, count + 1))
        for identity, clock in before.items():
            if clock.breach_at is not None and clock.breach_at < until:
                assert after[identity].breach_at == clock.breach_at


@settings(max_examples=200, deadline=None)
@given(stories(), books())
def test_what_ended_before_an_event_has_ended_for_good(events: list[Event], rules: Book) -> None:
    for count in range(1, len(events)):
        event = events[count]
        until = named_by(event, events[:count])
        before, after = (by_identity(replay(events[:n], rules)) for n in (count, count + 1))
        for identity, clock in before.items():
            if clock.ended_at is None or clock.ended_at >= until:
                continue
            if identity not in after and is_of_what_lasts(identity, before, until):
                continue
            later = after[identity]
            if later.ended_at == clock.ended_at or not reopens(event, events[:count], until):
                assert (later.outcome, later.ended_at, later.wall) == (
                    clock.outcome,
                    clock.ended_at,
                    clock.wall,
                )
                assert (later.due_at, later.business) == (clock.due_at, clock.business)


def is_of_what_lasts(
    identity: tuple[Metric, int], before: dict[tuple[Metric, int], ReplayedClock], until: datetime
) -> bool:
    """Whether it is what a bot said before people did, to whom the first response may turn out to be nobody's."""
    metric, seq = identity
    first = before[Metric.FIRST_RESPONSE, seq]
    return metric is Metric.FIRST_ANY_RESPONSE and (first.ended_at is None or first.ended_at >= until)


def reopens(event: Event, earlier: list[Event], until: datetime) -> bool:
    """Whether an event reopens the ticket, or gives back a reopening that what it takes back had hidden."""
    gives_back = event.kind in ("restored", "undone")
    hidden = (one for one in earlier if one.occurred_at >= until) if gives_back else ()
    return any(one.kind == "reopened" for one in (event, *hidden))


def named_by(event: Event, earlier: list[Event]) -> datetime:
    """Return the moment to which an event reaches back: its own, unless it is a correction."""
    if event.kind in DELIVERY:
        named = [one.occurred_at for one in earlier if one.seq == event.payload["reply_seq"]]
    elif event.kind == "restored":
        named = [one.occurred_at for one in earlier if one.kind == "voided"]
    elif event.kind == "undone":
        seqs = set(event.payload["seqs"])
        acts = [one for one in earlier if one.seq in seqs]
        if any(one.kind in ("undone", "restored") for one in acts):  # what they had taken back counts again
            return earlier[0].occurred_at
        named = [one.occurred_at for one in acts]
    else:
        named = []
    return min([event.occurred_at, *named])
