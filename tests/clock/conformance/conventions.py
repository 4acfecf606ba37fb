"""Where a vendor's documented rule differs from ours: the rule, when it applies, and our value.

Each is listed in docs/clocks.md under *Vendors' conventions*. A case that differs without one fails.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
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


CONVENTIONS: Final = (
    Convention("bot_clears_waiting", "waiting_since", _only_a_bot_answered, _asked_at),
    Convention(
        "reply_time_includes_first", "next_response_elapsed_seconds", _one_question_one_answer, _never
    ),
    Convention(
        "starts_at_handoff", "first_response_elapsed_seconds", _was_handed_off, _waited_with_the_bot_too
    ),
    Convention("resolving_is_responding", "first_response_at", _was_resolved_silently, _never),
)
