"""Effects: what each kind of event does to the clocks of a ticket.

Within one event, in this order: stop, cancel, pause, resume, match policy, retarget, start.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from monitor.clock.book.policy import Attributes
from monitor.clock.corrections import Event, in_utc
from monitor.clock.fold import Effect, Fold
from monitor.clock.metrics import ENDS, RESPONSES, STARTS, Cause, Metric, Outcome
from monitor.clock.timer import Timer


def opened(fold: Fold, at: datetime, event: Event) -> None:
    fold.attributes = _read_attributes(event.payload)
    if event.payload.get("automatic"):
        return
    if event.payload.get("initiated_by") != "agent":
        fold.start(STARTS[Cause.OPENED], at, event)
        return
    fold.start((Metric.FIRST_RESPONSE,), at, event)
    fold.end_one(fold.running[Metric.FIRST_RESPONSE], Outcome.NOT_APPLICABLE, at, event)
    fold.start(STARTS[Cause.WROTE_FIRST], at, event)


def customer_message_received(fold: Fold, at: datetime, event: Event) -> None:
    if event.payload.get("automatic"):
        return
    if Metric.FIRST_RESPONSE not in fold.counts:
        fold.start(STARTS[Cause.OPENED], at, event)
    elif not fold.is_waiting:
        fold.start(STARTS[Cause.CUSTOMER_ASKED], at, event)


def public_reply_sent(fold: Fold, at: datetime, event: Event) -> None:
    answered = list(_answered_by(fold, event))
    taken_back = fold.taken_back.get(event.seq)
    for timer in answered:
        if taken_back is None:
            fold.end_one(timer, Outcome.MET, at, event)
        else:
            fold.running[timer.beginning.metric] = timer.bounce(at, taken_back)
    if taken_back is None and fold.is_live and _counts_as_person(fold, event, at):
        fold.start(STARTS[Cause.PERSON_ANSWERED], at, event)


def acknowledged(fold: Fold, at: datetime, event: Event) -> None:
    fold.end(Cause.ACKNOWLEDGED, at, event)


def assigned(fold: Fold, at: datetime, event: Event) -> None:
    if event.payload.get("claimed"):
        fold.end(Cause.ACKNOWLEDGED, at, event)


def unassigned(fold: Fold, at: datetime, event: Event) -> None:
    if fold.is_live:
        fold.start(STARTS[Cause.UNASSIGNED], at, event)


def status_changed(fold: Fold, at: datetime, event: Event) -> None:
    if not fold.is_live:
        return
    fold.status = event.payload["status"]
    for metric, timer in fold.running.items():
        fold.running[metric] = timer.follow(fold.status, at=at, event=event)


def resolved(fold: Fold, at: datetime, event: Event) -> None:
    _close(fold, at, event, "resolved")


def closed(fold: Fold, at: datetime, event: Event) -> None:
    if event.payload.get("by") != "customer":
        _close(fold, at, event, "closed")
        return
    fold.end(Cause.WITHDRAWN, at, event)
    fold.status = "closed"


def reopened(fold: Fold, at: datetime, event: Event) -> None:
    if fold.is_live:
        return
    fold.status = "open"
    fold.go_on(at, event)
    if event.payload.get("by") == "customer":
        waiting = RESPONSES if fold.is_waiting else ()
        fold.start([one for one in STARTS[Cause.REOPENED_BY_CUSTOMER] if one not in waiting], at, event)


def no_reply_needed_marked(fold: Fold, at: datetime, event: Event) -> None:
    fold.end(Cause.NO_REPLY_NEEDED, at, event)


def priority_changed(fold: Fold, at: datetime, event: Event) -> None:
    _change_attributes(fold, at, event, fold.attributes._replace(priority=event.payload["priority"]))


def tier_changed(fold: Fold, at: datetime, event: Event) -> None:
    _change_attributes(fold, at, event, fold.attributes._replace(tier=event.payload["tier"] or ""))


def tags_changed(fold: Fold, at: datetime, event: Event) -> None:
    tags = frozenset(event.payload["tags"])
    _change_attributes(fold, at, event, fold.attributes._replace(tags=tags))


def queue_changed(fold: Fold, at: datetime, event: Event) -> None:
    if event.payload["queue"] == fold.attributes.queue:
        return
    fold.attributes = fold.attributes._replace(queue=event.payload["queue"])
    fold.end(Cause.HANDED_OVER, at, event)
    for timer in list(fold.running.values()):
        terms = fold.terms(timer.beginning.metric, at, timer.beginning.at)
        if terms.policy is not None and terms.target is None and timer.terms.target is not None:
            fold.end_one(timer, Outcome.NOT_APPLICABLE, at, event)
    fold.retarget_all(at, event)
    if fold.is_live:
        fold.start(STARTS[Cause.HANDED_OVER], at, event)


def due_time_set(fold: Fold, at: datetime, event: Event) -> None:
    metric = Metric(event.payload["metric"])
    if metric in fold.running:
        due_at = in_utc(datetime.fromisoformat(event.payload["due_at"]))
        fold.running[metric] = fold.running[metric].set_due_time(due_at, at=at, event=event)


def due_time_cleared(fold: Fold, at: datetime, event: Event) -> None:
    metric = Metric(event.payload["metric"])
    if metric in fold.running:
        fold.running[metric] = fold.running[metric].clear_due_time(at=at, event=event)


def merged_into(fold: Fold, at: datetime, event: Event) -> None:
    fold.end(Cause.MERGED, at, event)
    fold.status = "merged"


def absorbed(fold: Fold, at: datetime, event: Event) -> None:
    if event.payload.get("waiting_since") is None:
        return
    since = in_utc(datetime.fromisoformat(event.payload["waiting_since"]))
    if not fold.is_waiting:
        begun = Metric.FIRST_RESPONSE in fold.counts
        fold.start(RESPONSES[1:] if begun else RESPONSES[:1], at, event)
    for metric in RESPONSES:
        timer = fold.running.get(metric)
        if timer is not None and since < timer.meter.started_at:
            fold.running[metric] = timer.move_start(since, at=at, event=event, book=fold.book)


def voided(fold: Fold, at: datetime, event: Event) -> None:
    fold.end(Cause.VOIDED, at, event)
    fold.status = "void"


def nothing(fold: Fold, at: datetime, event: Event) -> None:
    """Note an event that no clock cares about, or that was heeded in advance."""


def _close(fold: Fold, at: datetime, event: Event, status: str) -> None:
    """End everything, but for an answer that will have bounced: its customer still waits."""
    for timer, outcome in fold.ended_by(Cause.RESOLVED):
        unheard = timer.bounced_until is not None and at <= timer.bounced_until
        if not (unheard and timer.beginning.metric in RESPONSES):
            fold.end_one(timer, outcome, at, event)
    fold.status = status


def _change_attributes(fold: Fold, at: datetime, event: Event, attributes: Attributes) -> None:
    if attributes != fold.attributes:
        fold.attributes = attributes
        fold.retarget_all(at, event)


def _answered_by(fold: Fold, event: Event) -> Iterator[Timer]:
    """Yield the running timers that this public message stops."""
    author, automatic = event.payload.get("author"), event.payload.get("automatic")
    if automatic or author not in ("agent", "bot"):
        return
    for timer, _ in fold.ended_by(Cause.PERSON_ANSWERED):
        policy, metric = timer.terms.policy, timer.beginning.metric
        bots_count = policy is not None and policy.rules.bots_count
        if author == "agent" or bots_count or metric in ENDS[Cause.BOT_ANSWERED]:
            yield timer


def _counts_as_person(fold: Fold, event: Event, at: datetime) -> bool:
    author, automatic = event.payload.get("author"), event.payload.get("automatic")
    if automatic or author != "bot":
        return author == "agent" and not automatic
    policy = fold.book.match(fold.attributes, at)
    return policy is not None and policy.rules.bots_count


def _read_attributes(payload: Mapping[str, Any]) -> Attributes:
    return Attributes(
        payload.get("store"),
        payload.get("queue"),
        payload.get("channel") or "",
        payload.get("priority") or "",
        payload.get("tier") or "",
        payload.get("language") or "",
        frozenset(payload.get("tags") or ()),
    )


EFFECTS: Final[Mapping[str, Effect]] = MappingProxyType(
    {
        "opened": opened,
        "customer_message_received": customer_message_received,
        "public_reply_sent": public_reply_sent,
        "note_added": nothing,
        "acknowledged": acknowledged,
        "assigned": assigned,
        "unassigned": unassigned,
        "status_changed": status_changed,
        "resolved": resolved,
        "closed": closed,
        "reopened": reopened,
        "no_reply_needed_marked": no_reply_needed_marked,
        "priority_changed": priority_changed,
        "queue_changed": queue_changed,
        "tags_changed": tags_changed,
        "tier_changed": tier_changed,
        "due_time_set": due_time_set,
        "due_time_cleared": due_time_cleared,
        "merged_into": merged_into,
        "absorbed": absorbed,
        "voided": voided,
        "restored": nothing,
        "reply_bounced": nothing,
        "undone": nothing,
    }
)
