"""Where a vendor's documented rule differs from ours: the rule, when it applies, and our value.

Each is listed in docs/clocks.md under *Vendors' conventions*. A case that differs without one fails.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from monitor.clock.book.calendar import BusinessCalendar

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Convention:
    """A vendor's rule about one expectation. `ours` works out our value from the entry alone."""

    rule: str
    key: str
    applies: Callable[[Entry], bool]
    ours: Callable[[Entry], datetime | float | None]


def _times(entry: Entry, *kinds: str) -> list[datetime]:
    return [datetime.fromisoformat(one["at"]) for one in entry["events"] if one["type"] in kinds]


def _asked_at(entry: Entry) -> datetime:
    return _times(entry, "customer_message")[0]


def _only_a_bot_answered(entry: Entry) -> bool:
    return bool(_times(entry, "bot_reply")) and not _times(entry, "agent_reply")


def _one_question_one_answer(entry: Entry) -> bool:
    return len(_times(entry, "customer_message")) == 1 == len(_times(entry, "agent_reply"))


def _was_handed_off(entry: Entry) -> bool:
    return bool(entry["policy"].get("first_response_starts") == "bot_handoff")


def _waited_with_the_bot_too(entry: Entry) -> float:
    hours = BusinessCalendar.parse(entry["policy"]["calendar"])
    return hours.elapsed(_asked_at(entry), _times(entry, "agent_reply")[0]).total_seconds()


def _was_resolved_silently(entry: Entry) -> bool:
    return bool(_times(entry, "resolve")) and not _times(entry, "agent_reply")


def _never(entry: Entry) -> None:
    return None


def _hours(entry: Entry) -> BusinessCalendar:
    return BusinessCalendar.parse(entry["policy"]["calendar"])


def _due(entry: Entry, metric: str, since: datetime) -> datetime:
    return _hours(entry).due(since, timedelta(seconds=entry["policy"][metric]))


def _began_at(entry: Entry) -> datetime:
    return _times(entry, "ticket_created", "customer_message")[0]


def _asked_once(entry: Entry) -> bool:
    return len(_times(entry, "customer_message")) == 1


def _first_was_answered(entry: Entry) -> bool:
    return bool(_times(entry, "agent_reply"))


def _asked_twice_and_was_answered_twice(entry: Entry) -> bool:
    return len(_times(entry, "customer_message")) == 2 == len(_times(entry, "agent_reply"))


def _ended_while_pending(entry: Entry) -> bool:
    return [one["type"] for one in entry["events"]][-2:] == ["pending", "resolve"]


def _was_held_outside_hours(entry: Entry) -> bool:
    held = _times(entry, "pending", "open")
    return len(held) == 2 and not _hours(entry).elapsed(*held)


def _answered_outside_hours(entry: Entry) -> bool:
    replies = _times(entry, "agent_reply")
    return bool(replies) and not _hours(entry).elapsed(_asked_at(entry), replies[0])


def _was_unanswered_and_came_back(entry: Entry) -> bool:
    kinds = [one["type"] for one in entry["events"]]
    if "resolve" not in entry["policy"]["pause_on"] or "resolve" not in kinds:
        return False
    before, after = kinds[: kinds.index("resolve")], kinds[kinds.index("resolve") :]
    return {"agent_reply", "pending", "on_hold"}.isdisjoint(before) and not {"open", "reopen"}.isdisjoint(
        after
    )


def _counts_by_the_last_schedule(entry: Entry) -> bool:
    return bool(entry["policy"].get("calendar_rule") == "last schedule only")


def _each_under_its_own_hours(entry: Entry) -> float:
    [changed] = [one for one in entry["events"] if one.get("calendar")]
    at = datetime.fromisoformat(changed["at"])
    before = _hours(entry).elapsed(_asked_at(entry), at)
    after = BusinessCalendar.parse(changed["calendar"]).elapsed(at, _times(entry, "agent_reply")[0])
    return (before + after).total_seconds()


CONVENTIONS: Final = (
    Convention("bot_clears_waiting", "waiting_since", _only_a_bot_answered, _asked_at),
    Convention(
        "reply_time_includes_first", "next_response_elapsed_seconds", _one_question_one_answer, _never
    ),
    Convention(
        "starts_at_handoff", "first_response_elapsed_seconds", _was_handed_off, _waited_with_the_bot_too
    ),
    Convention("resolving_is_responding", "first_response_at", _was_resolved_silently, _never),
    *(
        Convention("update_runs_from_the_first", f"next_response_{key}", _asked_once, _never)
        for key in ("due", "remaining_seconds", "breached")
    ),
    Convention(
        "answered_has_no_due_time",
        "first_response_due",
        _first_was_answered,
        lambda entry: _due(entry, "first_response", _began_at(entry)),
    ),
    Convention(
        "answered_has_no_due_time",
        "next_response_due",
        _asked_twice_and_was_answered_twice,
        lambda entry: _due(entry, "next_response", _times(entry, "customer_message")[1]),
    ),
    *(
        Convention("ended_stays_due", f"{metric}_due", _ended_while_pending, _never)
        for metric in ("first_response", "resolution")
    ),
    Convention(
        "resolved_is_a_pause",
        "first_response_due",
        _was_unanswered_and_came_back,
        lambda entry: _due(entry, "first_response", _began_at(entry)),
    ),
    Convention("resolved_is_a_pause", "first_response_at", _was_unanswered_and_came_back, _never),
    Convention("hold_counts_at_night", "paused_seconds", _was_held_outside_hours, lambda entry: 0.0),
    Convention(
        "hold_counts_at_night",
        "resolution_due",
        _was_held_outside_hours,
        lambda entry: _due(entry, "resolution", _asked_at(entry)),
    ),
    Convention(
        "a_second_at_least", "first_response_elapsed_seconds", _answered_outside_hours, lambda entry: 0.0
    ),
    Convention(
        "last_schedule_only",
        "first_response_elapsed_seconds",
        _counts_by_the_last_schedule,
        _each_under_its_own_hours,
    ),
)
