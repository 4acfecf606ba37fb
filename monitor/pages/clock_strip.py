"""What the monitor shows on the ticket page: its clocks, and why each is due when it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from helpdesk.models import EventKind, Status, Ticket, TicketEvent
from helpdesk.pages.frame.permission import oversees
from helpdesk.pages.frame.viewer import now_of
from monitor.clock.book.calendar import BusinessCalendar
from monitor.clock.book.hours import DAY
from monitor.clock.book.policy import Book
from monitor.clock.clock import ReplayedClock
from monitor.clock.ledger import Step, explain
from monitor.clock.metrics import Outcome
from monitor.excusals.breach_labels import PromiseKey
from monitor.models import METRIC_LABELS, OUTCOME_LABELS, Flag, Level
from monitor.relay import clock_state
from monitor.relay.standings import WAITED_FOR
from monitor.reports.adjusted import excused_clocks
from monitor.reports.adjusted.excused_clocks import ToldBreach

RUNNING = {
    "running": (_("running"), "clock", ""),
    "paused": (_("paused"), "pause", ""),
    "late": (_("late"), "late", "late"),
}
ENDED = {
    Outcome.MET: (_("met"), "check", ""),
    Outcome.LATE: (_("answered late"), "late", ""),
    Outcome.UNANSWERED: (_("never answered"), "late", ""),
}
KINDS = {
    "running": _("counts"),
    "out_of_hours": _("out of hours"),
    "holiday": _("holiday"),
    "paused": _("paused"),
}
MOST_WITHDRAWN = 5
MOST_FLAGS = 20
FIRST, LAST = 24, 12
"""How many steps of a long ledger are shown; the API tells all of them."""


@dataclass(frozen=True, slots=True)
class ShownClock:
    """A clock as it is shown."""

    name: str
    metric: str
    state: Any
    icon: str
    level: str
    clock: ReplayedClock
    business: timedelta
    wall: timedelta
    policy: clock_state.Label
    calendar: clock_state.Label
    hours: BusinessCalendar | None
    steps: list[LedgerLine]
    told: ToldBreach | None = None

    @property
    def never_due(self) -> bool:
        """Whether it runs towards a target that no open time is left for."""
        runs = self.clock.ended_at is None and self.clock.paused_at is None
        return runs and self.clock.target is not None and self.clock.due_at is None

    @property
    def over_midnight(self) -> bool:
        """Whether a shift of its hours runs into the next day, so that one may ask to which of them it belongs."""
        parts = self.hours.parts if self.hours else ()
        return any(closes > DAY for part in parts for windows in part.week for _opens, closes in windows)

    @property
    def says_due(self) -> bool:
        """Whether its due time says enough: an ended or paused clock needs a word of its own."""
        return bool(self.clock.due_at) and self.clock.ended_at is None


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A step of the ledger in words; or, without a step, what so many steps counted that are left out."""

    step: Step | None
    kind: Any
    reason: Any
    span: timedelta
    policy: clock_state.Label = clock_state.NOTHING
    calendar: clock_state.Label = clock_state.NOTHING


def clock_strip(request: HttpRequest, ticket: Ticket) -> SafeString:
    """Render the ticket's clocks: what is due next first, and the last of each metric that ended folded away."""
    now = now_of(request)
    answer = clock_state.tell([ticket], now=now)
    told = answer.told[ticket.pk]
    faces = _with_told(ticket, _faces(told.clocks or (), answer.edition, now=now), now=now)
    running = [face for face in faces if face.clock.ended_at is None]
    running.sort(key=partial(_turn, now=now))
    flags = _flags(ticket)
    context = {
        "running": running,
        "foremost": [face for place, face in enumerate(running) if place == 0 or face.level],
        "flag": next((flag for flag in flags if flag.withdrawn_at is None), None),
        "ended": [face for face in faces if face.clock.ended_at is not None],
        "ended_in_all": sum(_cycles(told.clocks or ()).values()) - len(running),
        "unknown": told.clocks is None,
        "withdrawn": _withdrawn(ticket, flags),
        "explanation": ticket.reference if oversees(request, ticket) else "",
        "reference": ticket.reference,
        "now": now,
    }
    return render_to_string("monitor/clock_strip.html", context)


def _with_told(ticket: Ticket, faces: list[ShownClock], *, now: datetime) -> list[ShownClock]:
    """Add what was said of promises that are broken: their cause, and who excuses them."""
    broken = [face for face in faces if _is_broken(face.clock, now)]
    told = excused_clocks.told_of_promises([_key(ticket, face) for face in broken]) if broken else {}
    return [replace(face, told=told.get(_key(ticket, face))) for face in faces]


def _is_broken(clock: ReplayedClock, now: datetime) -> bool:
    late = clock.breach_at is not None and clock.breach_at <= now
    promised = clock.target is not None or clock.due_at is not None
    return (late and clock.outcome in (None, Outcome.LATE)) or (
        promised and clock.outcome == Outcome.UNANSWERED
    )


def _key(ticket: Ticket, face: ShownClock) -> PromiseKey:
    return ticket.pk, face.clock.metric.value, face.clock.start_seq


def _turn(face: ShownClock, *, now: datetime) -> tuple[bool, bool, datetime]:
    """Return what running clocks are ordered by, as in the queue: first those that wait for words, then by due time."""
    clock = face.clock
    return clock.metric not in WAITED_FOR, clock.due_at is None, clock.due_at or now


def clocks_in_short(_request: HttpRequest, ticket: Ticket, now: datetime) -> SafeString:
    """Render what runs on the ticket, each clock in a few words, as it stands in this transaction."""
    answer = clock_state.tell([ticket], now=now)
    faces = _faces(answer.told[ticket.pk].clocks or (), answer.edition, now=now)
    running = [face for face in faces if face.clock.ended_at is None and face.clock.metric in METRIC_LABELS]
    return render_to_string("monitor/clocks_in_short.html", {"running": running, "now": now})


@dataclass(frozen=True, slots=True)
class WithdrawnBreach:
    """A breach that was taken back, and the event that did: late, dated back, or a correction."""

    metric: Any
    raised_at: datetime
    event: TicketEvent
    what: Any


def _flags(ticket: Ticket) -> list[Flag]:
    """Return the flags that stand on its running clocks, the gravest first, and the breaches that were taken back."""
    stands = Q(withdrawn_at=None, settled_at=None)
    taken_back = Q(level=Level.BREACHED, withdrawn_by__isnull=False)
    flags = Flag.objects.filter(stands | taken_back, ticket=ticket).select_related("acknowledged_by")
    return list(flags.order_by("-withdrawn_at", "-level", "-acknowledged_at", "metric")[:MOST_FLAGS])


def _withdrawn(ticket: Ticket, flags: Sequence[Flag]) -> list[WithdrawnBreach]:
    """Return which broken promises were taken back, and by what; the latest first."""
    taken_back = [flag for flag in flags if flag.withdrawn_by][:MOST_WITHDRAWN]
    if not taken_back:
        return []
    numbers = [flag.withdrawn_by for flag in taken_back if flag.withdrawn_by]
    events = {each.seq: each for each in ticket.events.select_related("actor").filter(seq__in=numbers)}
    return [
        WithdrawnBreach(
            METRIC_LABELS[flag.metric].capitalize(), flag.raised_at, event, EventKind(event.kind).label
        )
        for flag in taken_back
        if (event := events.get(flag.withdrawn_by or 0))
    ]


def _cycles(clocks: Sequence[ReplayedClock]) -> dict[str, int]:
    """Return how many clocks of each metric there have been."""
    return {clock.metric: clock.cycle for clock in sorted(clocks, key=lambda clock: clock.cycle)}


def _faces(clocks: Sequence[ReplayedClock], edition: Book, *, now: datetime) -> list[ShownClock]:
    called = clock_state.names(edition)
    return [_face(clock, edition, called, now=now) for clock in clocks]


def _face(
    clock: ReplayedClock, edition: Book, called: clock_state.VersionNames, *, now: datetime
) -> ShownClock:
    word, icon, level = _state(clock, now=now)
    business, wall = clock.elapsed_at(clock.ended_at or now)
    version = edition.calendar_version(clock.calendar_version)
    return ShownClock(
        name=f"{clock.metric.value}-{clock.cycle}",
        metric=METRIC_LABELS[clock.metric].capitalize(),
        state=word,
        icon=icon,
        level=level,
        clock=clock,
        business=business,
        wall=wall,
        policy=called.of_policy(clock.policy_version),
        calendar=called.of_calendar(clock.calendar_version),
        hours=version.hours if version else None,
        steps=[*earlier_lines(clock), *ledger_lines(explain(clock, edition, now), called)],
    )


def earlier_lines(clock: ReplayedClock) -> list[LedgerLine]:
    """Say in one line what had counted before the steps that are known here; the API tells them all."""
    business, wall = clock.carried
    if not wall:
        return []
    counted = wall if clock.basis == "wall" else business
    return [LedgerLine(None, KINDS["running"], _("earlier steps are not shown"), counted)]


def _state(clock: ReplayedClock, *, now: datetime) -> tuple[Any, str, str]:
    """Return the word, the icon and the level by which a clock's state is shown."""
    if clock.outcome is not None:
        return ENDED.get(clock.outcome) or (OUTCOME_LABELS[clock.outcome], "check", "")
    state = clock.state_at(now)
    if state == "running" and clock.risk_at and clock.risk_at <= now:
        return _("at risk"), "risk", "risk"
    return RUNNING[state]


def ledger_lines(steps: Sequence[Step], called: clock_state.VersionNames) -> list[LedgerLine]:
    """Say each step that is shown, and in one line what those between them counted."""
    begin, between, end = shortened(steps)
    lines = [_line(step, called) for step in (*begin, *end)]
    if between:
        counted = sum(step.seconds for step in between if step.kind == "running")
        words = ngettext("%d step is not shown", "%d steps are not shown", len(between)) % len(between)
        lines.insert(len(begin), LedgerLine(None, KINDS["running"], words, timedelta(seconds=counted)))
    return lines


def shortened(steps: Sequence[Step]) -> tuple[Sequence[Step], Sequence[Step], Sequence[Step]]:
    """Cut a ledger into what is shown of its beginning, what is left out, and what is shown of its end."""
    if len(steps) <= FIRST + LAST + 1:
        return steps, [], []
    return steps[:FIRST], steps[FIRST:-LAST], steps[-LAST:]


def _line(step: Step, called: clock_state.VersionNames) -> LedgerLine:
    return LedgerLine(
        step=step,
        kind=KINDS[step.kind],
        reason=step_reason(step.reason),
        span=step.end.replace(microsecond=0) - step.start.replace(microsecond=0),
        policy=called.of_policy(step.policy_version),
        calendar=called.of_calendar(step.calendar_version),
    )


def step_reason(code: str) -> Any:
    """Say what began a step: an event, a status, or new rules."""
    if code == "version":
        return _("new version of the rules")
    return EventKind(code).label if code in EventKind.values else Status(code).label
