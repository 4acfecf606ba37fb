"""Whatever happens, is excused and is frozen: what was measured stays, and what is adjusted is never worse."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

import pytest
from django.db import transaction

from helpdesk.conversation import bounces
from helpdesk.models import Message, Ticket
from helpdesk.tickets import ticket_status
from monitor.clock.metrics import Metric
from monitor.excusals import excusing, freezing
from monitor.excusals.broken_promises import key_of
from monitor.models import Clock, Freeze
from monitor.promises.defaults import ensure_defaults
from monitor.reports.adjusted import excused_clocks as adjusted
from monitor.reports.promise_slices import BROKEN, PROMISES
from tests import figures
from tests.make import NOW, Make
from tests.monitor.excusals.broken import MUCH_LATER, answer, counted, excused_tickets, first_response, freeze

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
HISTORIES, STEPS = 3, 14


@dataclass
class RandomDesk:
    """Tickets that all ask on one day, and what happens to them and is said of them by chance."""

    make: Make
    random: Random
    tickets: list[Ticket] = field(default_factory=list)
    freezes: list[Freeze] = field(default_factory=list)
    at: datetime = NOW

    @property
    def happens(self) -> list[Callable[[], None]]:
        return [self.ask, self.ask, self.answer, self.answer, self.resolve, self.bounce]

    @property
    def said(self) -> list[Callable[[], None]]:
        return [self.excuse, self.excuse, self.forgive, self.freeze, self.thaw, self.end]

    def ask(self) -> None:
        self.tickets.append(self.make.ticket(now=NOW + self.random.randrange(120) * MINUTE))

    def answer(self) -> None:
        if waiting := [one for one in self.tickets if first_response(one).outcome == ""]:
            answer(self.make, self.random.choice(waiting), NOW + self.random.randrange(120, 600) * MINUTE)

    def resolve(self) -> None:
        if waiting := [one for one in self.tickets if first_response(one).outcome == ""]:
            with transaction.atomic():
                at = NOW + self.random.randrange(120, 600) * MINUTE
                ticket_status.resolve(ticket=self.random.choice(waiting), by=self.make.agent(), now=at)

    def bounce(self) -> None:
        answered = [one for one in self.tickets if first_response(one).outcome in {"met", "late"}]
        if answered:
            ticket = self.random.choice(answered)
            reply = Message.objects.filter(ticket=ticket).latest("pk")
            with transaction.atomic():
                bounces.take_back_bounced(ticket=ticket, message=reply, now=MUCH_LATER - MINUTE)

    def excuse(self) -> None:
        """Excuse somebody, whatever became of them: they may be broken by now, or no more."""
        if self.tickets:
            clock = first_response(self.random.choice(self.tickets))
            with transaction.atomic():
                excusing.excuse([clock], reason="Storm", by=self.make.agent("admin"), now=MUCH_LATER)

    def forgive(self) -> None:
        keys = [key_of(first_response(one)) for one in self.tickets if self.random.random() < 0.3]
        with transaction.atomic():
            excusing.take_back(keys, by=self.make.agent("admin"), now=MUCH_LATER)

    def freeze(self) -> None:
        begin = NOW + self.random.randrange(-60, 400) * MINUTE
        end = self.random.choice([None, begin + self.random.randrange(1, 300) * MINUTE])
        self.freezes.append(freeze(self.make, begin, end))

    def thaw(self) -> None:
        if standing := [one for one in self.freezes if one.taken_back_at is None]:
            with transaction.atomic():
                made = self.random.choice(standing)
                freezing.take_back(made, by=self.make.agent("admin"), now=MUCH_LATER)

    def end(self) -> None:
        lasting = [one for one in self.freezes if one.taken_back_at is None and one.ends_at is None]
        if lasting:
            with transaction.atomic():
                made = self.random.choice(lasting)
                end = made.starts_at + self.random.randrange(1, 300) * MINUTE
                freezing.end(made, at=end, by=self.make.agent("admin"))


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_what_was_measured_stays_and_what_is_adjusted_is_never_worse(make: Make, seed: int) -> None:
    ensure_defaults()
    figures.begin()
    desk = RandomDesk(make, Random(seed))  # noqa: S311  # chance, not secrets
    for _ in range(STEPS):
        desk.random.choice(desk.happens)()
        _hold_after(desk.random.choice(desk.said))

    freeze(make, NOW, None)
    figures.fold()
    _hold()


def _hold_after(saying: Callable[[], None]) -> None:
    """Say something of promises: no clock changes by it, nor what figures measure."""
    clocks = list(Clock.objects.order_by("pk").values())
    figures.fold()
    measured, _excused = counted()
    saying()
    figures.fold()
    assert list(Clock.objects.order_by("pk").values()) == clocks
    assert counted()[0] == measured
    _hold()


def _hold() -> None:
    measured, excused = counted()
    broken, met = sum(measured.get(name, 0) for name in BROKEN), measured.get("met", 0)
    share, raw = (adjusted.adjusted_per_mille(met, broken, count) for count in (excused, 0))

    assert measured == _sliced_by_rules()
    assert excused == len(excused_tickets()) <= broken
    assert share is None or raw is None or share >= raw
    assert share is not None or met == 0


def _sliced_by_rules() -> Counter[str]:
    clocks = Clock.objects.standing().of(Metric.FIRST_RESPONSE)
    return +Counter({name: clocks.filter(rule(MUCH_LATER)).count() for name, rule in PROMISES.items()})
