"""When it goes wrong: of each hour of the week, how often people asked, and how often a promise to them was broken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from monitor.reports import cell_figures
from monitor.reports.board.board_view import BoardView, LinkedCount

SHADES: Final = 4


@dataclass(frozen=True, slots=True)
class HourOfWeek:
    """One hour of a day of the week, over all weeks that are looked at; `shade`: 0 for none to `SHADES` for most."""

    weekday: int
    hour: int
    asked: LinkedCount
    broken: LinkedCount
    shade: int

    @property
    def name(self) -> str:
        """Return how an address names it: `2.13` for Tuesdays from one to two."""
        return f"{self.weekday + 1}.{self.hour}"


@dataclass(frozen=True, slots=True)
class HoursPanel:
    """The hours of the week, a row per weekday from Monday on, and the one in which most promises were broken."""

    rows: list[list[HourOfWeek]]
    asked_query: str
    broken_query: str

    @property
    def asked_fields(self) -> list[tuple[str, str]]:
        """Return what the list of tickets is asked for beside the hour, of those who asked."""
        return parse_qsl(self.asked_query)

    @property
    def broken_fields(self) -> list[tuple[str, str]]:
        """Return the same of those to whom a promise was broken."""
        return parse_qsl(self.broken_query)

    @property
    def worst(self) -> HourOfWeek | None:
        broken = [hour for row in self.rows for hour in row if hour.broken.count]
        return max(broken, key=lambda hour: hour.broken.count, default=None)

    @property
    def busiest(self) -> HourOfWeek | None:
        asked = [hour for row in self.rows for hour in row if hour.asked.count]
        return max(asked, key=lambda hour: hour.asked.count, default=None)


def panel(view: BoardView) -> HoursPanel:
    """Return when those asked, and were let down, who asked on the days that are looked at."""
    asked, broken = ([[0] * 24 for _ in range(7)] for _ in range(2))
    for day, counts in view.counts(view.filter.metric, view.span).items():
        for hour, found in enumerate(cell_figures.hours(counts, now=view.now, zone=view.zone)):
            asked[day.weekday()][hour] += found.asked
            broken[day.weekday()][hour] += found.broken
    most = max(max(row) for row in asked)

    def one(weekday: int, hour: int) -> HourOfWeek:
        where = f"{weekday + 1}.{hour}"
        number = asked[weekday][hour]
        return HourOfWeek(
            weekday=weekday,
            hour=hour,
            asked=LinkedCount(number, view.asked_query(view.span, hour=where)),
            broken=LinkedCount(broken[weekday][hour], view.asked_query(view.span, "broken", hour=where)),
            shade=-(-number * SHADES // most) if most else 0,
        )

    return HoursPanel(
        rows=[[one(weekday, hour) for hour in range(24)] for weekday in range(7)],
        asked_query=view.asked_query(view.span),
        broken_query=view.asked_query(view.span, "broken"),
    )
