"""Effects: what each kind of event does to the clocks of a ticket.

Within one event, in this order: stop, cancel, pause, resume, match policy, retarget, start.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from monitor.clock import waiting
from monitor.clock.book.policy import Attributes
from monitor.clock.corrections import Event, TakenBack, in_utc
from monitor.clock.fold import Effect, Fold
from monitor.clock.metrics import ENDS, RESPONSES, STARTS, Cause, Metric, Outcome
from monitor.clock.question import Reopening
from monitor.clock.timer import Timer


def opened(fold: Fold, at: datetime, event: Event) -> None:
    """Begin, unless nobody did: a machine opened it, or what we wrote first never arrived."""
    fold.attributes = _read_attributes(event.payload)
    if event.payload.get("automatic") or event.seq in fold.taken_back:
        return
    if event.payload.get("initiated_by") != "agent":
        _begin(fold, at, event)
        return
    fold.begun = True
    fold.start((Metric.FIRST_RESPONSE,), at, event)
    fold.end_one(fold.running[Metric.FIRST_RESPONSE], Outcome.NOT_APPLICABLE, at, event)
    fold.start(STARTS[Cause.WROTE_FIRST], at, event)


def customer_message_received(fold: Fold, at: datetime, event: Event) -> None:
    if event.payload.get("automatic"):
        return
    if fold.begun:
        waiting.ask(fold, at, event)
    else:
        _begin(fold, at, event)


def public_reply_sent(fold: Fold, at: datetime, event: Event) -> None:
    stopped = list(_stopped_by(fold, event))
    others = [one for one in stopped if one.beginning.metric not in RESPONSES]
    bounce = fold.taken_back.get(event.seq)
    if bounce is None:
        _hear(fold, at, event, others=others, answers=len(others) < len(stopped))
    else:
        _hear_nothing(fold, at, event, bounce, others=others, answers=len(others) < len(stopped))


def acknowledged(fold: Fold, at: datetime, event: Event) -> None:
    fold.end(Cause.ACKNOWLEDGED, at, event)


def assigned(fold: Fold, at: datetime, event: Event) -> None:
    if event.payload.get("claimed"):
        fold.end(Cause.ACKNOWLEDGED, at, event)


def unassigned(fold: Fold, at: datetime, event: Event) -> None:
    if fold.is_live and fold.begun:
        fold.start(STARTS[Cause.UNASSIGNED], at, event)


def status_changed(fold: Fold, at: datetime, event: Event) -> None:
    if fold.is_live:
        fold.stand(event.payload["status"], at, event)


def resolved(fold: Fold, at: datetime, event: Event) -> None:
    _close(fold, at, event, "resolved")


def closed(fold: Fold, at: datetime, event: Event) -> None:
    if event.payload.get("by") != "customer":
        _close(fold, at, event, "closed")
        return
    _end_what_asks_nothing(fold, Cause.WITHDRAWN, at, event)
    waiting.let_go(fold, waiting.questions_known_to(fold, event), Outcome.WITHDRAWN, at, event)
    _rest(fold, "closed", at, event)


def reopened(fold: Fold, at: datetime, event: Event) -> None:
    if fold.is_live:
        return
    ended = fold.status
    fold.status = "open"
    fold.go_on(at, event)
    if event.payload.get("by") == "customer" and fold.begun:
        fold.start([Metric.ACKNOWLEDGEMENT], at, event, asked=True)
        fold.reopening = Reopening(waiting.asked_by(fold, at, event), event.seq, ended)


def no_reply_needed_marked(fold: Fold, at: datetime, event: Event) -> None:
    """End what the messages that wait have started, a reopening by one of them too."""
    known = waiting.questions_known_to(fold, event)
    seqs, reopening = {question.seq for question in known}, fold.reopening
    taken_back = reopening if reopening is not None and reopening.message_seq in seqs else None
    if taken_back is not None:
        seqs.add(taken_back.seq)
    _ask_nothing(fold, seqs, at, event)
    waiting.let_go(fold, known, Outcome.NO_REPLY_NEEDED, at, event)
    if taken_back is not None:
        _end_what_asks_nothing(fold, Cause.RESOLVED, at, event)
        _rest(fold, taken_back.status, at, event)


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
            _drop(fold, timer, at, event)
    fold.retarget_all(at, event)
    if fold.is_live and fold.begun:
        fold.start(STARTS[Cause.HANDED_OVER], at, event)


def due_time_set(fold: Fold, at: datetime, event: Event) -> None:
    metric = Metric(event.payload["metric"])
    if metric in fold.running:
        due_at = in_utc(datetime.fromisoformat(event.payload["due_at"]))
        fold.running[metric] = fold.running[metric].set_due_time(due_at, at=at, event=event, book=fold.book)


def due_time_cleared(fold: Fold, at: datetime, event: Event) -> None:
    metric = Metric(event.payload["metric"])
    if metric in fold.running:
        fold.running[metric] = fold.running[metric].clear_due_time(at=at, event=event)


def merged_into(fold: Fold, at: datetime, event: Event) -> None:
    fold.end_everything(Cause.MERGED, at, event)
    fold.status = "merged"


def absorbed(fold: Fold, at: datetime, event: Event) -> None:
    since = event.payload.get("waiting_since")
    if since is not None:
        waiting.wait_since(fold, in_utc(datetime.fromisoformat(since)), at, event)


def voided(fold: Fold, at: datetime, event: Event) -> None:
    fold.end_everything(Cause.VOIDED, at, event)
    fold.status = "void"


def nothing(fold: Fold, at: datetime, event: Event) -> None:
    """Note an event that no clock cares about, or that was heeded in advance."""


def _begin(fold: Fold, at: datetime, event: Event) -> None:
    """Start what a customer's first message starts."""
    fold.begun = True
    fold.start(STARTS[Cause.OPENED], at, event, asked=True)
    waiting.ask(fold, at, event)


def _hear(fold: Fold, at: datetime, event: Event, *, others: list[Timer], answers: bool) -> None:
    for timer in others:
        fold.end_one(timer, Outcome.MET, at, event)
    if answers:
        waiting.let_go(fold, waiting.questions_known_to(fold, event), Outcome.MET, at, event)
    if fold.is_live and _counts_as_person(fold, event, at):
        fold.start(STARTS[Cause.PERSON_ANSWERED], at, event)


def _hear_nothing(
    fold: Fold, at: datetime, event: Event, bounce: TakenBack, *, others: list[Timer], answers: bool
) -> None:
    for timer in others:
        fold.running[timer.beginning.metric] = timer.bridge(at, bounce)
    if answers:
        waiting.hear_nothing(fold, at, event, bounce)


def _ask_nothing(fold: Fold, seqs: Collection[int], at: datetime, event: Event) -> None:
    """End what these events have started and was not a response."""
    for timer, outcome in fold.ended_by(Cause.NO_REPLY_NEEDED):
        metric, seq = timer.beginning.identity
        theirs = metric is Metric.ACKNOWLEDGEMENT and seq in seqs
        if theirs or metric is Metric.FIRST_ANY_RESPONSE:
            fold.end_one(timer, outcome, at, event)


def _close(fold: Fold, at: datetime, event: Event, status: str) -> None:
    """End everything, but for a question whose answer will have bounced: its customer still waits."""
    _end_what_asks_nothing(fold, Cause.RESOLVED, at, event)
    known = waiting.questions_known_to(fold, event)
    ended = [question for question in known if not question.outlives(event)]
    waiting.let_go(fold, ended, Outcome.UNANSWERED, at, event)
    _rest(fold, status, at, event)


def _end_what_asks_nothing(fold: Fold, cause: Cause, at: datetime, event: Event) -> None:
    """End what a cause ends but for responses, which are their questions'."""
    for timer, outcome in fold.ended_by(cause):
        if timer.beginning.metric not in RESPONSES and timer.beginning.is_known_to(event):
            fold.end_one(timer, outcome, at, event)


def _rest(fold: Fold, status: str, at: datetime, event: Event) -> None:
    fold.stand(status, at, event)
    fold.reopening = None


def _drop(fold: Fold, timer: Timer, at: datetime, event: Event) -> None:
    """End a clock whose promise no longer applies; the messages that waited for it go with it."""
    if timer.beginning.metric in RESPONSES:
        known = waiting.questions_known_to(fold, event)
        waiting.let_go(fold, known, Outcome.NOT_APPLICABLE, at, event)
    else:
        fold.end_one(timer, Outcome.NOT_APPLICABLE, at, event)


def _change_attributes(fold: Fold, at: datetime, event: Event, attributes: Attributes) -> None:
    fold.attributes = attributes
    fold.retarget_all(at, event)


def _stopped_by(fold: Fold, event: Event) -> Iterator[Timer]:
    """Yield the running timers that this public message stops; a response as far as its questions are known."""
    author, automatic = event.payload.get("author"), event.payload.get("automatic")
    if automatic or author not in ("agent", "bot"):
        return
    for timer, _ in fold.ended_by(Cause.PERSON_ANSWERED):
        policy, metric = timer.terms.policy, timer.beginning.metric
        bots_count = policy is not None and policy.rules.bots_count
        known = metric in RESPONSES or timer.beginning.is_known_to(event)
        if known and (author == "agent" or bots_count or metric in ENDS[Cause.BOT_ANSWERED]):
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
