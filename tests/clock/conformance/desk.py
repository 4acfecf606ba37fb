"""A desk that turns the events of a life cycle into ours, and its policy into a book of ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from monitor.clock.book.calendar import BusinessCalendar
from monitor.clock.book.policy import Book, CalendarInForce, PolicyInForce, parse_rules
from monitor.clock.metrics import PROMISED, Metric
from monitor.clock.replay import Event

Entry = Mapping[str, Any]
Written = tuple[str, dict[str, Any]]

LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)
COVERED: Final = ["covered"]
OPENING: Final = ("ticket_created", "customer_message")
NOTHING: Final = ("internal_note", "bot_handoff", "system_activity", "mute")
PLAIN: Final[Mapping[str, Written]] = {
    "assign": ("assigned", {"agent": 1, "claimed": False}),
    "acknowledge": ("acknowledged", {}),
    "merge": ("merged_into", {"ticket": 2}),
    "delete": ("voided", {"reason": "deleted"}),
    "resolve": ("resolved", {}),
    "auto_reply": ("public_reply_sent", {"author": "system", "automatic": True}),
    "bot_reply": ("public_reply_sent", {"author": "bot", "automatic": False}),
}


def instant(text: str) -> datetime:
    """Read an instant with its offset."""
    return datetime.fromisoformat(text)


def read_book(entry: Entry, options: Mapping[str, Any]) -> Book:
    """Return the one policy of the entry under options of ours, with every calendar that it comes to count in."""
    spec = entry["policy"]
    amounts = dict(_amounts(entry))
    if restarts_with_each_reply(entry):
        amounts[Metric.UPDATE] = amounts.pop(Metric.NEXT_RESPONSE)
    pausing = [status for status in spec["pause_on"] if status != "resolve"]  # as a resolution always does
    rules = {
        "match": {"tags": COVERED},
        "targets": {
            metric.value: {"amounts": by_priority, "warn": spec.get("warn")}
            for metric, by_priority in amounts.items()
        },
        "pauses": {
            metric.value: pausing if metric in spec["pause_applies_to"] else [] for metric in PROMISED
        },
        **asked_options(entry),
        **options,
    }
    policy = PolicyInForce(
        id=1,
        policy=1,
        version=1,
        position=1,
        effective_at=LONG_AGO,
        scope="new",
        calendar=1,
        rules=parse_rules(rules),
    )
    return Book([policy], _calendars(entry))


def _amounts(entry: Entry) -> Iterator[tuple[Metric, dict[str, Any]]]:
    """Yield what is promised by priority; days are of whatever is expected to be due and has no seconds."""
    spec = entry["policy"]
    told = [entry.get("expect", {}), *(check["expect"] for check in entry.get("checks", ()))]
    for metric in PROMISED:
        is_asked = any(key.startswith(metric.value) for expected in told for key in expected)
        promised = spec.get(metric)
        if isinstance(promised, Mapping) and "days" not in promised:
            yield metric, {priority: _amount(one) for priority, one in promised.items()}
        elif promised is not None:
            yield metric, {"*": _amount(promised)}
        elif "business_days" in spec and is_asked:
            ends = "end_of_day" if spec.get("end_of_working_day") else "same_time"
            yield metric, {"*": {"days": spec["business_days"], "ends": ends}}


def _amount(promised: Any) -> Any:
    return promised if isinstance(promised, Mapping) else {"seconds": promised}


def asked_options(entry: Entry) -> dict[str, Any]:
    """Return the options of ours that say what the entry's policy asks for in so many words."""
    spec = entry["policy"]
    return {
        "bots_count": bool(spec.get("bots_count", False)),
        "first_resolution_only": spec.get("resolution_reopens") is False,
        "attached": "attached" if spec.get("clock_starts") == "policy_attached" else "opening",
    }


def further_options(entry: Entry) -> Iterator[dict[str, Any]]:
    """Yield the options that may say what happened, where the entry's policy says nothing of it."""
    events = entry["events"]
    if any(one.get("policy_matches") is False or one.get("attached") is False for one in events):
        yield {"unmatched": "keep"}
    if any(one.get("attached") for one in events):
        yield {"attached": "attached"}
    if any(one["type"] in ("reopen", "open") for one in events):
        yield {"first_resolution_only": True}


def restarts_with_each_reply(entry: Entry) -> bool:
    """Whether what the entry calls the next response is what we call an update."""
    return bool(entry["policy"].get("next_response_mode") == "restart_on_agent_reply")


def _calendars(entry: Entry) -> Iterator[CalendarInForce]:
    specs = [(LONG_AGO, entry["policy"]["calendar"])]
    specs += [(instant(one["at"]), one["calendar"]) for one in entry["events"] if one.get("calendar")]
    for number, (at, spec) in enumerate(specs, start=1):
        hours = BusinessCalendar.parse(spec)
        yield CalendarInForce(id=number, calendar=1, version=number, effective_at=at, hours=hours)


class Desk:
    """Writes our events. Like our services, it says itself when a ticket opens again."""

    def __init__(self, entry: Entry) -> None:
        self._entry = entry
        self._status = ""
        self.events: list[Event] = []

    def play(self, *, until: datetime) -> list[Event]:
        """Return our events for everything that happened by `until`."""
        for one in self._entry["events"]:
            at = instant(one["at"])
            if at <= until and "delivered_to" not in one:
                for kind, payload in self._translate(one):
                    self._write(kind, payload, at)
        return self.events

    def _write(self, kind: str, payload: dict[str, Any], at: datetime) -> None:
        seq = len(self.events) + 1
        self.events.append(Event(seq, kind, at, at, imported=False, payload=payload))
        self._status = payload.get("status") or {"resolved": "resolved", "closed": "closed"}.get(
            kind, "open" if kind == "reopened" else self._status
        )

    def _translate(self, one: Entry) -> Iterator[Written]:
        kind = one["type"]
        if not self._status:
            yield "opened", self._opening() | {"status": "open"}
            if kind in OPENING:
                return
        if kind in PLAIN:
            yield PLAIN[kind]
        elif kind not in NOTHING:
            yield from getattr(self, f"_{kind}")(one)

    def _opening(self) -> dict[str, Any]:
        attached = [one["attached"] for one in self._entry["events"] if "attached" in one]
        covered = attached[:1] != [True] and self._entry["policy"].get("policy_matches", True)
        return {"initiated_by": "customer", "priority": "normal", "tags": COVERED if covered else []}

    def _ticket_created(self, one: Entry) -> Iterator[Written]:
        return iter(())

    def _customer_message(self, one: Entry) -> Iterator[Written]:
        yield "customer_message_received", {"automatic": False}
        if self._status in ("resolved", "closed"):
            yield "reopened", {"by": "customer"}
        elif self._status in ("pending", "on_hold"):
            yield "status_changed", {"status": "open"}

    def _agent_reply(self, one: Entry) -> Iterator[Written]:
        yield "public_reply_sent", {"author": "agent", "automatic": False}

    def _split(self, one: Entry) -> Iterator[Written]:
        yield "split_off", {"ticket": 2, "seqs": one["seqs"]}

    def _pending(self, one: Entry) -> Iterator[Written]:
        yield "status_changed", {"status": "pending"}

    def _on_hold(self, one: Entry) -> Iterator[Written]:
        yield "status_changed", {"status": "on_hold"}

    def _open(self, one: Entry) -> Iterator[Written]:
        if self._status in ("resolved", "closed"):
            yield "reopened", {"by": one.get("by", "agent")}
        else:
            yield "status_changed", {"status": "open"}

    _reopen = _open

    def _close(self, one: Entry) -> Iterator[Written]:
        yield "closed", {"by": one.get("by", "agent")}

    def _priority_change(self, one: Entry) -> Iterator[Written]:
        if "priority" in one:
            yield "priority_changed", {"priority": one["priority"]}
        if "policy_matches" in one:
            yield "tags_changed", {"tags": COVERED if one["policy_matches"] else []}

    def _policy_change(self, one: Entry) -> Iterator[Written]:
        if "attached" in one:
            yield "tags_changed", {"tags": COVERED if one["attached"] else []}
