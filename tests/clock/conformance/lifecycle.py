"""Judge one life cycle: what a ticket went through, and what its clocks must then say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from monitor.clock.clock import ReplayedClock
from monitor.clock.metrics import PAUSING_STATUSES, RESPONSES, Metric, Outcome
from monitor.clock.replay import replay
from monitor.clock.segments import clipped
from tests.clock.conformance.conventions import CONVENTIONS
from tests.clock.conformance.desk import Desk, further_options, instant, read_book, restarts_with_each_reply
from tests.clock.conformance.verdict import Verdict

Entry = Mapping[str, Any]
Value = datetime | float | str | bool | None


def recognises(entry: Entry) -> bool:
    """Whether the entry is a life cycle: a policy and what happened under it."""
    return "policy" in entry and "events" in entry


def judge(entry: Entry) -> Verdict:
    """Play the entry at a desk of ours and compare what its clocks say with what is expected.

    Where it differs under the options that it asks for, it is tried under each that may be meant.
    """
    first = _judge_under(entry, {})
    if first.verdict in ("agree", "outside"):
        return first
    for options in further_options(entry):
        if _judge_under(entry, options).verdict == "agree":
            return Verdict(entry["id"], "agree", f"under {options}")
    return first


def _judge_under(entry: Entry, options: Mapping[str, Any]) -> Verdict:
    outside, conventions, failures, agreed = set(), set(), [], 0
    for as_of, key, wanted in _expectations(entry):
        reading = _Reading(entry, as_of, options)
        if not reading.can_judge(key):
            outside.add(key)
        elif (found := reading.value(key)) == _read(wanted) or reading.is_close(found, wanted):
            agreed += 1
        elif rule := _convention(entry, key, found):
            conventions.add(rule)
        else:
            failures.append(f"{key}: expected {wanted}, found {found}")
    return _verdict(entry["id"], outside, conventions, failures, agreed)


def _verdict(
    case: str, outside: set[str], conventions: set[str], failures: list[str], agreed: int
) -> Verdict:
    named = f"outside: {', '.join(sorted(outside))}" if outside else ""
    if failures:
        return Verdict(case, "fail", "; ".join(failures))
    if conventions:
        return Verdict(case, "convention", ", ".join(sorted(conventions)))
    return Verdict(case, "agree" if agreed else "outside", named)


def _expectations(entry: Entry) -> Iterator[tuple[datetime, str, Any]]:
    final = instant(entry.get("as_of") or entry["events"][-1]["at"])
    yield from ((final, key, wanted) for key, wanted in entry.get("expect", {}).items())
    for check in entry.get("checks", ()):
        as_of = instant(check["as_of"])
        yield from ((as_of, key, wanted) for key, wanted in check["expect"].items())


def _convention(entry: Entry, key: str, found: Value) -> str | None:
    """Return the rule that explains the difference, if what we found is what the rule says is ours."""
    for one in CONVENTIONS:
        if one.key == key and one.applies(entry) and one.ours(entry) == found:
            return one.rule
    return None


def _read(wanted: Any) -> Any:
    """Read an expected value; what looks like an instant is one."""
    try:
        return instant(wanted)
    except (TypeError, ValueError):
        return wanted


class _Reading:
    """What our clocks say about an entry at one instant."""

    def __init__(self, entry: Entry, as_of: datetime, options: Mapping[str, Any]) -> None:
        self._entry = entry
        self._as_of = as_of
        self._clocks = replay(Desk(entry).play(until=as_of), read_book(entry, options))

    def can_judge(self, key: str) -> bool:
        return key in _OF_THE_TICKET or _split(key) is not None

    def value(self, key: str) -> Value:
        if key in _OF_THE_TICKET:
            return _OF_THE_TICKET[key](self)
        metric, of_a_clock = _split(key) or (None, None)
        if metric is Metric.NEXT_RESPONSE and restarts_with_each_reply(self._entry):
            metric = Metric.UPDATE
        clocks = [one for one in self._clocks if one.metric == metric]
        return of_a_clock(clocks[-1], self._as_of) if clocks and of_a_clock else None

    def is_close(self, found: Value, wanted: Any) -> bool:
        """Whether the two differ by no more than the tolerance that the entry allows."""
        tolerance, wanted = float(self._entry.get("tolerance_seconds", 0)), _read(wanted)
        if isinstance(found, datetime) and isinstance(wanted, datetime):
            return abs((found - wanted).total_seconds()) <= tolerance
        if isinstance(found, bool) or not isinstance(found, int | float):
            return False
        return type(wanted) in (int, float) and abs(found - wanted) <= tolerance

    def waiting_since(self) -> Value:
        running = [one for one in self._clocks if one.metric in RESPONSES and one.outcome is None]
        return running[0].started_at if running else None

    def next_escalation_due(self) -> Value:
        dues = [one.due_at for one in self._clocks if one.due_at is not None and one.outcome is None]
        return min(dues, default=None)

    def escalation_events(self) -> Value:
        return sum(1 for one in self._clocks if _breached(one, self._as_of))

    def paused_seconds(self) -> Value:
        clock = next(one for one in self._clocks if one.metric == Metric.RESOLUTION)
        paused = 0.0
        for segment, start, end in clipped(clock.segments, self._as_of):
            if segment.paused and segment.reason in PAUSING_STATUSES and segment.terms.calendar is not None:
                paused += segment.terms.calendar.hours.elapsed(start, end).total_seconds()
        return paused

    def last_customer_message_at(self) -> Value:
        return self._last_at("ticket_created", "customer_message")

    def last_agent_reply_at(self) -> Value:
        return self._last_at("agent_reply")

    def _last_at(self, *kinds: str) -> Value:
        times = [instant(one["at"]) for one in self._entry["events"] if one["type"] in kinds]
        return max((at for at in times if at <= self._as_of), default=None)


def _answered_at(clock: ReplayedClock, as_of: datetime) -> Value:
    return clock.ended_at if clock.outcome in (Outcome.MET, Outcome.LATE) else None


def _breached(clock: ReplayedClock, as_of: datetime) -> Value:
    return clock.breach_at is not None and clock.breach_at <= as_of


def _elapsed(clock: ReplayedClock, as_of: datetime) -> float:
    return clock.elapsed_at(as_of)[0].total_seconds()


def _over(clock: ReplayedClock, as_of: datetime) -> float | None:
    return None if clock.target is None else _elapsed(clock, as_of) - clock.target.total_seconds()


def _overdue(clock: ReplayedClock, as_of: datetime) -> Value:
    over = _over(clock, as_of)
    return over if over is not None and over > 0 else None


def _remaining(clock: ReplayedClock, as_of: datetime) -> Value:
    over = _over(clock, as_of)
    return None if over is None else max(-over, 0.0)


_OF_A_CLOCK: Final[Mapping[str, Callable[[ReplayedClock, datetime], Value]]] = {
    "_breached_at": lambda clock, as_of: clock.breach_at if _breached(clock, as_of) else None,
    "_breach_kind": lambda clock, as_of: clock.breach_kind,
    "_risk_at": lambda clock, as_of: clock.risk_at,
    "_due": lambda clock, as_of: clock.due_at,
    "_at": _answered_at,
    "_breached": _breached,
    "_elapsed_seconds": _elapsed,
    "_wall_seconds": lambda clock, as_of: clock.elapsed_at(as_of)[1].total_seconds(),
    "_overdue_seconds": _overdue,
    "_remaining_seconds": _remaining,
    "_outcome": lambda clock, as_of: clock.outcome,
}
_OF_THE_TICKET: Final[Mapping[str, Callable[[_Reading], Value]]] = {
    "waiting_since": _Reading.waiting_since,
    "next_escalation_due": _Reading.next_escalation_due,
    "escalation_events": _Reading.escalation_events,
    "paused_seconds": _Reading.paused_seconds,
    "last_customer_message_at": _Reading.last_customer_message_at,
    "last_agent_reply_at": _Reading.last_agent_reply_at,
}


def _split(key: str) -> tuple[Metric, Callable[[ReplayedClock, datetime], Value]] | None:
    for metric in Metric:
        of_a_clock = _OF_A_CLOCK.get(key.removeprefix(metric.value))
        if of_a_clock is not None and key.startswith(metric.value):
            return metric, of_a_clock
    return None
