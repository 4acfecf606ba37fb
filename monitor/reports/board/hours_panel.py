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
    asked_query, broken_query = view.asked_query(view.span), view.asked_query(view.span, "broken")
    return HoursPanel(
        rows=_rows(_linked(asked, asked_query), _linked(broken, broken_query)),
        asked_query=asked_query,
        broken_query=broken_query,
    )


def _linked(counts: list[list[int]], query: str) -> list[list[LinkedCount]]:
    """Return the counts of each hour of each weekday, with the query of those tickets alone."""
    return [
        [LinkedCount(count, f"{query}&hour={weekday}.{hour}") for hour, count in enumerate(row)]
        for weekday, row in enumerate(counts, 1)
    ]


def _rows(asked: list[list[LinkedCount]], broken: list[list[LinkedCount]]) -> list[list[HourOfWeek]]:
    most = max(each.count for row in asked for each in row)
    return [
        [
            HourOfWeek(
                weekday=weekday,
                hour=hour,
                asked=came,
                broken=broken[weekday][hour],
                shade=-(-came.count * SHADES // most) if most else 0,
            )
            for hour, came in enumerate(row)
        ]
        for weekday, row in enumerate(asked)
    ]
