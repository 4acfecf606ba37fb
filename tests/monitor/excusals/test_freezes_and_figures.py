"""Freezes over several places, changed and lifted in any order: figures and what is kept beside them hold together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.db import transaction

from helpdesk.database.instant import database_now
from helpdesk.models import Environment, Membership, Ticket
from helpdesk.tickets import ticket_attributes
from monitor.excusals import freezing
from monitor.excusals.frozen_clocks import excused_by
from monitor.models import Freeze, FrozenClock, HidingAct
from monitor.promises.defaults import ensure_defaults
from monitor.reports.clock_selection import ClockSelection
from monitor.reports.months import month_changes
from monitor.reports.rollup import rollup_check
from tests import figures
from tests.make import NOW, Make
from tests.monitor.excusals.broken import MUCH_LATER, freeze, late_by
from tests.monitor.reports.months.closing import answered, asked, close, in_last_month

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
HISTORIES, STEPS = 3, 12


@dataclass
class Places:
    """Late answers in two queues and three stores, one of them for tests, and freezes of any of them by chance."""

    make: Make
    random: Random
    freezes: list[Freeze] = field(default_factory=list)
    tickets: list[Ticket] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.queues = [self.make.queue(name) for name in ("Support", "Returns")]
        Membership.objects.create(agent=self.make.agent(), queue=self.queues[1])
        self.stores = [self.make.store(name) for name in ("Shop", "Outlet")]
        self.stores.append(self.make.store("Trial", environment=Environment.TEST))
        for _ in range(2):
            self.tell()

    @property
    def acts(self) -> list[Callable[[], None]]:
        return [
            self.tell,
            self.freeze,
            self.freeze,
            self.freeze_two,
            self.end,
            self.lift,
            self.move,
            self.reprioritise,
        ]

    def tell(self) -> None:
        """Somebody asks in each store, and is answered late."""
        for store in self.stores:
            self.tickets.append(
                late_by(
                    self.make,
                    self.random.randrange(1, 200) * MINUTE,
                    store=store,
                    queue=self.random.choice(self.queues),
                    now=NOW + self.random.randrange(90) * MINUTE,
                )
            )

    def freeze(self) -> None:
        begin = NOW + self.random.randrange(-60, 300) * MINUTE
        end = self.random.choice([None, begin + self.random.randrange(1, 240) * MINUTE])
        self.freezes.append(freeze(self.make, begin, end, **self._scope()))

    def freeze_two(self) -> None:
        """Declare two before anything is folded, which overlap or do not."""
        self.freeze()
        self.freeze()

    def _scope(self) -> dict[str, Any]:
        store = self.random.choice(self.stores)
        return {
            "environment": store.environment,
            "queues": self.random.choice([None, [self.random.choice(self.queues)], self.queues]),
            "store_ids": self.random.choice([None, [store.pk]]),
            "metrics": self.random.choice([None, ["first_response"], ["resolution"]]),
        }

    def end(self) -> None:
        if lasting := [one for one in self.freezes if not (one.ends_at or one.taken_back_at)]:
            made = self.random.choice(lasting)
            at = made.starts_at + self.random.randrange(1, 300) * MINUTE
            with transaction.atomic():
                freezing.end(made, at=at, by=self.make.agent("admin"))

    def lift(self) -> None:
        if standing := [one for one in self.freezes if one.taken_back_at is None]:
            with transaction.atomic():
                freezing.take_back(self.random.choice(standing), by=self.make.agent("admin"), now=MUCH_LATER)

    def move(self) -> None:
        with transaction.atomic():
            ticket_attributes.change_queue(
                ticket=self.random.choice(self.tickets),
                queue=self.random.choice(self.queues),
                by=self.make.agent("admin"),
                now=MUCH_LATER,
            )

    def reprioritise(self) -> None:
        with transaction.atomic():
            ticket_attributes.change_priority(
                ticket=self.random.choice(self.tickets),
                priority=self.random.choice(["low", "normal", "urgent"]),
                by=self.make.agent("admin"),
                now=MUCH_LATER,
            )


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_figures_never_go_astray_whatever_is_frozen_changed_and_lifted(make: Make, seed: int) -> None:
    ensure_defaults()
    edition = figures.begin()
    places = Places(make, Random(seed))  # noqa: S311  # chance, not secrets
    for _ in range(STEPS):
        places.random.choice(places.acts)()
        figures.fold()
        assert list(rollup_check.astray(edition)) == []
        assert excused_by(places.freezes, agent=make.agent("admin")) == listed(places.freezes)

    for made in places.freezes:
        if made.taken_back_at is None:
            with transaction.atomic():
                freezing.take_back(made, by=make.agent("admin"), now=MUCH_LATER)
    figures.fold()
    assert not FrozenClock.objects.exists()
    assert list(rollup_check.astray(edition)) == []


def listed(freezes: list[Freeze]) -> dict[int, int]:
    """Return how many promises the list behind each of these freezes shows, where it shows any."""
    shown = {
        one.pk: ClockSelection(metric="promises", slice_="broken", freeze=one.pk)
        .clocks(Ticket.objects.all(), now=MUCH_LATER)
        .count()
        for one in freezes
    }
    return {pk: number for pk, number in shown.items() if number}


def test_two_freezes_at_once_excuse_what_neither_does_alone_and_what_both_do_is_kept_by_the_other(
    make: Make,
) -> None:
    ensure_defaults()
    edition = figures.begin()
    ticket = late_by(make, 90 * MINUTE)
    first, second = (freeze(make, NOW + at * HOUR, NOW + (at + 1) * HOUR) for at in (0, 2))
    figures.fold()
    assert FrozenClock.objects.get(ticket=ticket, metric="first_response").freeze_ids == [first.pk, second.pk]

    with transaction.atomic():
        freezing.take_back(first, by=make.agent("admin"), now=MUCH_LATER)
    figures.fold()
    assert not FrozenClock.objects.filter(ticket=ticket, metric="first_response").exists()
    assert list(rollup_check.astray(edition)) == []


def test_a_freeze_in_a_closed_month_leaves_what_was_reported_and_says_what_changed(make: Make) -> None:
    ensure_defaults()
    edition = figures.begin()
    now = database_now()
    at = in_last_month(now)
    ticket = asked(make, at)
    answered(ticket, make, at + 270 * MINUTE)
    reported = close(make, now)
    before = reported.figures.get(metric="first_response", queue=None, store=None)

    made = freeze(make, at, at + HOUR)
    figures.fold()
    assert [change.reason for change in month_changes.of(reported, now=now).clocks] == ["excused"]
    assert list(rollup_check.astray(edition)) == []

    with transaction.atomic():
        freezing.take_back(made, by=make.agent("admin"), now=now)
    figures.fold()
    assert month_changes.of(reported, now=now).clocks == []
    after = reported.figures.get(metric="first_response", queue=None, store=None)
    assert (after.counts, after.adjusted) == (before.counts, before.adjusted)
    assert list(rollup_check.astray(edition)) == []


def test_the_check_names_tickets_of_which_something_else_is_kept(make: Make) -> None:
    ensure_defaults()
    edition = figures.begin()
    ticket = late_by(make, 30 * MINUTE)
    freeze(make, NOW, NOW + HOUR)
    figures.fold()

    for damage in (
        lambda: FrozenClock.objects.update(freeze_ids=[]),
        lambda: FrozenClock.objects.all().delete(),
        lambda: HidingAct.objects.create(ticket=ticket, metric="update", start_seq=1, act="lowered"),
    ):
        with transaction.atomic():
            damage()
            assert f"ticket {ticket.pk}" in list(rollup_check.astray(edition))
            transaction.set_rollback(True)
    assert list(rollup_check.astray(edition)) == []
