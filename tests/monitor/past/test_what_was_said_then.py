"""At any moment that is over, queue and board say what they said then: it was written down while it happened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

import hypothesis
import pytest
from django.db import connection
from hypothesis import HealthCheck
from hypothesis import strategies as st

from helpdesk.models import Agent, TicketEvent
from monitor.models import CalendarVersion, Flag, PolicyVersion
from monitor.past.past_desk import as_of
from monitor.reports.rollup.cell_reading import CellReading
from monitor.watch import sweep
from tests import figures
from tests.make import NOW
from tests.monitor import poison, recounted
from tests.monitor.machine import deeds, world
from tests.monitor.machine.story import Deed, drawn_deeds, openings
from tests.monitor.past.what_was_said import everything

THOROUGH: Final = hypothesis.settings.get_current_profile_name() == "thorough"
STORIES, STEPS = (10, 40) if THOROUGH else (2, 12)
"""How many stories are told, and of how many deeds: 400 moments, or two dozen."""

waits = st.sampled_from([1, 60, 600, 3600, 90_000]).map(lambda seconds: timedelta(seconds=seconds))
OF_FAILURE = (deeds.poison_it, deeds.cure_it, deeds.write_nonsense)
sound = drawn_deeds().filter(lambda deed: deed.does not in OF_FAILURE)


@pytest.fixture
def poison_laid_out(db: None) -> Iterator[None]:
    """Have what worlds are emptied of."""
    poison.lay_out()
    yield
    poison.take_away()


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("poison_laid_out")
@hypothesis.settings(
    max_examples=STORIES, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck), phases=[hypothesis.Phase.generate],
)  # fmt: skip
@hypothesis.given(st.data())
def test_queue_and_board_say_of_a_moment_what_they_said_then(data: st.DataObject) -> None:
    past = PastWorld()
    told: list[tuple[datetime, str, Agent, dict[str, Any]]] = []
    past.do(data.draw(openings), timedelta(seconds=1))
    for _ in range(STEPS):
        deed = data.draw(sound)
        past.do(deed, data.draw(waits))
        viewer = past.viewers[len(told) % len(past.viewers)]
        told.append((past.now, repr(deed), viewer, past.said(viewer, turn=len(told))))
    for turn, (at, done, viewer, said) in enumerate(told):
        then = at + timedelta(milliseconds=1)
        with as_of(then) as desk:
            again = everything(viewer, now=at, reading=desk.reading(), turn=turn)
        different = [f"{name}\n  {said[name]}\n  {again[name]}" for name in said if said[name] != again[name]]
        assert not different, "\n".join([f"after {done} at {at}, {viewer}", *different])
    print(f"{len(told)} moments, {TicketEvent.objects.count()} events")


class PastWorld:
    """A desk on which things happen one after the other, each known as soon as it has happened."""

    def __init__(self) -> None:
        self.world = world.build()
        self.now = NOW
        self.viewers: list[Agent] = [
            self.world.make.agent(name) for name in ("admin", "owner", "colleague", "outsider")
        ]
        figures.begin()
        self._date_back()
        recounted.go_on_to_the_end(now=self.now, limit=100)

    def do(self, deed: Deed, wait: timedelta) -> None:
        self.now += wait
        deed.do(self.world, self.now)
        sweep.heartbeat(now=self.now, limit=100)
        recounted.go_on_to_the_end(now=self.now, limit=100)
        self._date_back()
        figures.fold(now=self.now)

    def said(self, viewer: Agent, *, turn: int) -> dict[str, Any]:
        return everything(viewer, now=self.now, reading=CellReading.begin(), turn=turn)

    def _date_back(self) -> None:
        """Let what the database has dated by its own clock be dated by that of the story."""
        for model in (PolicyVersion, CalendarVersion):
            model.objects.filter(created_at__gt=self.now + timedelta(days=30)).update(created_at=self.now)
        Flag.objects.filter(noticed_at__gt=self.now + timedelta(days=30)).update(noticed_at=self.now)
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
