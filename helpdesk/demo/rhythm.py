"""When demo customers ask, and how long they wait: by hour, by weekday, and by what kind of week it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import log
from random import Random

from helpdesk.demo.topic import Script

DAYS = 42
TUESDAY = 1
WEEKDAYS = (1.25, 1.15, 1.05, 1.0, 0.95, 0.6, 0.5)
"""How much is asked from Monday to Sunday, of a usual day."""

HOURS = (1, 1, 1, 1, 2, 3, 5, 9, 14, 18, 20, 19, 16, 15, 15, 16, 15, 14, 15, 18, 17, 11, 5, 2)
"""How much is asked in each hour of the store's day, in shares of all."""

OPENS, CLOSES = 6, 22
"""Hours between which somebody answers, in the store's day."""

CHAT_MEDIAN = 3.0
MEDIANS = {"urgent": 7.0, "high": 16.0, "normal": 45.0, "low": 90.0}
"""Minutes within which half are answered on a calm day, by priority; on chat, whatever that is."""

SPREAD = 0.8
"""How far waits lie apart: the standard deviation of their logarithm."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What kind of day it is: how much more is asked, how much slower answered, and which share never is."""

    asked: float = 1.0
    slower: float = 1.0
    neglected: float = 0.012


CALM = Trouble()
TROUBLES = {
    0: Trouble(asked=2.3, slower=9.0, neglected=0.07),
    1: Trouble(asked=1.4, slower=4.0, neglected=0.04),
    2: Trouble(asked=1.1, slower=1.8, neglected=0.02),
}
"""Days since the bad Tuesday; before it a month was calm, after these it is calm again."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Six weeks up to an instant, seen from a store so many hours east of Greenwich."""

    until: datetime
    hours_east: float

    def asked_at(self, per_day: float, rng: Random) -> list[datetime]:
        """Return when something was asked, in order; `per_day` on a usual day."""
        days = [self.today - timedelta(days=back) for back in range(DAYS, -1, -1)]
        instants = (at for day in days for at in self._asked_on(day, per_day, rng))
        return [at for at in instants if at < self.until]

    def answered_at(self, asked_at: datetime, script: Script, rng: Random) -> datetime:
        """Return when a person answers what was asked then: nobody does by night."""
        begin = self._somebody_is_there(asked_at)
        median = CHAT_MEDIAN if script.channel == "chat" else MEDIANS[script.priority]
        slower = self.trouble(begin).slower
        return begin + timedelta(minutes=rng.lognormvariate(log(median * slower), SPREAD))

    def is_open(self, at: datetime) -> bool:
        """Tell whether somebody is there to answer."""
        return OPENS <= self._local(at).hour < CLOSES

    def is_long_ago(self, at: datetime) -> bool:
        """Tell whether that was before the bad Tuesday: somebody has gone through it since."""
        return self._local(at).date() < self.bad_tuesday

    def trouble(self, at: datetime) -> Trouble:
        return TROUBLES.get((self._local(at).date() - self.bad_tuesday).days, CALM)

    @property
    def today(self) -> date:
        return self._local(self.until).date()

    @property
    def bad_tuesday(self) -> date:
        """Return the latest Tuesday that lies four days back or more: its week is over, and still on the board."""
        latest = self.today - timedelta(days=4)
        return latest - timedelta(days=(latest.weekday() - TUESDAY) % 7)

    def _asked_on(self, day: date, per_day: float, rng: Random) -> Iterator[datetime]:
        midnight = datetime(day.year, day.month, day.day, tzinfo=self.until.tzinfo) - self._east
        much = per_day * WEEKDAYS[day.weekday()] * self.trouble(midnight).asked * rng.uniform(0.9, 1.1)
        hours = rng.choices(range(24), weights=HOURS, k=round(much))
        seconds = sorted(3600 * hour + rng.randrange(3600) for hour in hours)
        return (midnight + timedelta(seconds=each) for each in seconds)

    def _somebody_is_there(self, at: datetime) -> datetime:
        if self.is_open(at):
            return at
        local = self._local(at)
        opening = local.replace(hour=OPENS, minute=0, second=0, microsecond=0)
        return (opening if opening > local else opening + timedelta(days=1)) - self._east

    def _local(self, at: datetime) -> datetime:
        """Return the instant as the store's clock shows it, though it says UTC."""
        return at + self._east

    @property
    def _east(self) -> timedelta:
        return timedelta(hours=self.hours_east)
