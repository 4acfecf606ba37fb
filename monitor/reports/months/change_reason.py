"""Why a clock would be reported otherwise now: what has been recorded since, or what it is counted under."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

from helpdesk.models import EventKind as Kind
from monitor.clock.metrics import Outcome
from monitor.reports.months.reported_clocks import ChangedRow, StandingRow


class ChangeReason(StrEnum):
    """Why a clock came out otherwise than was reported."""

    ANSWERED = "answered"
    LATE_ANSWER = "late_answer"
    LATE_QUESTION = "late_question"
    ASKED = "asked"
    BOUNCED = "bounced"
    DELAYED = "delayed"
    LEFT = "left"
    MERGED = "merged"
    SPLIT_OFF = "split_off"
    UNDONE = "undone"
    VOIDED = "voided"
    RESTORED = "restored"
    MOVED = "moved"
    TERMS_CHANGED = "terms_changed"
    DUE_TIME_SET = "due_time_set"
    NO_REPLY_NEEDED = "no_reply_needed"
    ACKNOWLEDGED = "acknowledged"
    ENDED = "ended"
    REOPENED = "reopened"
    PAUSED = "paused"
    TIME_RAN_OUT = "time_ran_out"
    VERSION = "version"
    RULES = "rules"
    ZONE_DATA = "zone_data"
    RECOUNTED = "recounted"
    EXCUSED = "excused"
    EXCUSED_NO_MORE = "excused_no_more"
    GONE = "gone"


class SinceEvent(NamedTuple):
    """An event of a ticket that was recorded after it was reported."""

    seq: int
    kind: str
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class SinceThen:
    """What is known of a ticket, and of the ways of counting, since a month was reported.

    `outcome` is how a clock ended that is in no figure any more, None where it does not stand; `known_versions` are the
    last versions of a policy and of a calendar that there were.
    """

    reported_at: datetime
    events: Sequence[SinceEvent]
    outcome: str | None = None
    is_gone: bool = False
    known_versions: tuple[int, int] | None = None
    new_versions: bool = False
    other_rules: bool = False
    other_zone_data: bool = False


CORRECTIONS: Final[Mapping[str, ChangeReason]] = {
    Kind.REPLY_BOUNCED: ChangeReason.BOUNCED,
    Kind.REPLY_LEFT: ChangeReason.LEFT,
    Kind.REPLY_DELAYED: ChangeReason.DELAYED,
    Kind.UNDONE: ChangeReason.UNDONE,
    Kind.SPLIT_OFF: ChangeReason.SPLIT_OFF,
    Kind.RESTORED: ChangeReason.RESTORED,
    Kind.VOIDED: ChangeReason.VOIDED,
}
"""What takes back what had been counted; the first of them that there is says why."""
ENDINGS: Final[Mapping[str, ChangeReason]] = {
    Kind.PUBLIC_REPLY_SENT: ChangeReason.ANSWERED,
    Kind.ACKNOWLEDGED: ChangeReason.ACKNOWLEDGED,
    Kind.ASSIGNED: ChangeReason.ACKNOWLEDGED,
    Kind.NO_REPLY_NEEDED_MARKED: ChangeReason.NO_REPLY_NEEDED,
    Kind.RESOLVED: ChangeReason.ENDED,
    Kind.CLOSED: ChangeReason.ENDED,
    Kind.MERGED_INTO: ChangeReason.MERGED,
    Kind.VOIDED: ChangeReason.VOIDED,
    Kind.QUEUE_CHANGED: ChangeReason.MOVED,
}
"""What ends a clock."""
OTHERS: Final[Mapping[str, ChangeReason]] = {
    Kind.MERGED_INTO: ChangeReason.MERGED,
    Kind.DUE_TIME_SET: ChangeReason.DUE_TIME_SET,
    Kind.DUE_TIME_CLEARED: ChangeReason.DUE_TIME_SET,
    Kind.QUEUE_CHANGED: ChangeReason.MOVED,
    Kind.PRIORITY_CHANGED: ChangeReason.TERMS_CHANGED,
    Kind.TIER_CHANGED: ChangeReason.TERMS_CHANGED,
    Kind.TAGS_CHANGED: ChangeReason.TERMS_CHANGED,
    Kind.REOPENED: ChangeReason.REOPENED,
    Kind.STATUS_CHANGED: ChangeReason.PAUSED,
}
"""What changes how a clock goes on."""


def reason_of(row: ChangedRow, since: SinceThen) -> ChangeReason:
    """Return why a clock changed, by what says most: what took it back, what ended it, what it is counted under."""
    if since.is_gone:
        return ChangeReason.GONE
    for rule in (
        _only_beside,
        _taken_back,
        _ended,
        _ran_out,
        _told_later,
        _asked,
        _made_one,
        _of_new_version,
        _went_on,
    ):
        if found := rule(row, since):
            return found
    return _counted_again(row, since)


def _only_beside(row: ChangedRow, since: SinceThen) -> ChangeReason | None:
    """Say what changed of a clock that came out as it was reported."""
    if row.then is None or row.now is None or _came_out_otherwise(row):
        return None
    if row.then.excused != row.now.excused:
        return ChangeReason.EXCUSED if row.now.excused else ChangeReason.EXCUSED_NO_MORE
    return ChangeReason.MOVED


def _taken_back(row: ChangedRow, since: SinceThen) -> ChangeReason | None:
    """Say what took back how it had come out."""
    had_ended = row.then is None or row.then.ended_at is not None or row.now is None
    return _first(CORRECTIONS, since.events) if had_ended and _came_out_otherwise(row) else None


def _ended(row: ChangedRow, since: SinceThen) -> ChangeReason | None:
    """Say what has ended it since."""
    if not _came_out_otherwise(row):
        return None
    if row.now is None:
        return ChangeReason.VOIDED if since.outcome == Outcome.VOID else None
    ended = [one for one in since.events if one.seq == row.now.end_seq and one.kind in ENDINGS]
    return _ending(ended[0], since) if ended else None


def _ending(event: SinceEvent, since: SinceThen) -> ChangeReason:
    if event.kind == Kind.PUBLIC_REPLY_SENT and event.occurred_at < since.reported_at:
        return ChangeReason.LATE_ANSWER
    return ENDINGS[event.kind]


def _ran_out(row: ChangedRow, since: SinceThen) -> ChangeReason | None:
    """Say that nothing has happened but time."""
    if row.then is None or row.now is None or row.now.ended_at is not None:
        return None
    same_time = row.then.breach_at == row.now.breach_at and row.now.breach_at is not None
    return ChangeReason.TIME_RAN_OUT if same_time and row.then.came_out == "undecided" else None


def _told_later(row: ChangedRow, since: SinceThen) -> ChangeReason | None:
    """Say that somebody had asked, or had been answered, and that nobody knew of it."""
    asked = {Kind.OPENED, Kind.CUSTOMER_MESSAGE_RECEIVED}
    for event in since.events:
        if event.occurred_at < since.reported_at and _came_out_otherwise(row):
            if event.kind == Kind.PUBLIC_REPLY_SENT:
                return ChangeReason.LATE_ANSWER
            if event.kind in asked:
                return ChangeReason.LATE_QUESTION
    return None


def _asked(row: ChangedRow, since: SinceThen) -> ChangeReason | None:
    """Say that somebody asked in the rest of a month that was closed before it was over."""
    is_new = row.then is None and row.now is not None and row.now.started_at >= since.reported_at
    return ChangeReason.ASKED if is_new else None


def _made_one(row: ChangedRow, since: SinceThen) -> ChangeReason | None:
    """Say that it began when somebody had asked on a ticket that it took in."""
    absorbed = any(event.kind == Kind.ABSORBED for event in since.events)
    began_otherwise = not row.then or not row.now or row.then.started_at != row.now.started_at
    return ChangeReason.MERGED if absorbed and began_otherwise else None


def _of_new_version(row: ChangedRow, since: SinceThen) -> ChangeReason | None:
    """Say that it counts under a version that was published since."""
    if row.now is None or since.known_versions is None or not _came_out_otherwise(row):
        return None
    policy, calendar = since.known_versions
    is_new = (row.now.policy_version_id or 0) > policy or (row.now.calendar_version_id or 0) > calendar
    return ChangeReason.VERSION if is_new else None


def _went_on(row: ChangedRow, since: SinceThen) -> ChangeReason | None:
    """Say what made it go on otherwise."""
    return _first(OTHERS, since.events) if _came_out_otherwise(row) else None


def _counted_again(row: ChangedRow, since: SinceThen) -> ChangeReason:
    if since.new_versions or _versions(row.then) != _versions(row.now):
        return ChangeReason.VERSION
    if since.other_rules:
        return ChangeReason.RULES
    return ChangeReason.ZONE_DATA if since.other_zone_data else ChangeReason.RECOUNTED


def _versions(side: StandingRow | None) -> tuple[int | None, int | None] | None:
    return None if side is None else (side.policy_version_id, side.calendar_version_id)


def _came_out_otherwise(row: ChangedRow) -> bool:
    return row.then is None or row.now is None or row.then.came_out != row.now.came_out


def _first(reasons: Mapping[str, ChangeReason], events: Iterable[SinceEvent]) -> ChangeReason | None:
    kinds = {event.kind for event in events}
    return next((reason for kind, reason in reasons.items() if kind in kinds), None)
