"""When it goes wrong, on the board: each hour of the week leads to its tickets, and stays small."""

from __future__ import annotations

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string

from monitor.pages.list_filters import NoSelectionError, read_selection
from monitor.reports.board.board_view import LinkedCount
from monitor.reports.board.hours_panel import HourOfWeek, HoursPanel

NARROWED = (
    "asked=2026-11-15..2026-11-28&zone=America%2FArgentina%2FBuenos_Aires&queue=12&store=7&priority=urgent"
)


def test_an_hour_of_the_week_can_be_said_in_one_word() -> None:
    one, two = (
        read_selection(QueryDict(said))
        for said in ("asked=2026-11-15&hour=2.13", "asked=2026-11-15&weekday=2&hour=13")
    )
    assert one
    assert one == two
    assert (one.weekday, one.hour) == (2, 13)


@pytest.mark.parametrize("said", ["8.1", "2.24", "2.x", "0.5"])
def test_an_hour_that_no_week_has_is_nonsense(said: str) -> None:
    with pytest.raises(NoSelectionError):
        read_selection(QueryDict(f"asked=2026-11-15&hour={said}"))


def test_a_week_in_which_every_hour_went_wrong_stays_small() -> None:
    many = LinkedCount(1234, "")
    rows = [[HourOfWeek(day, hour, many, many, 4) for hour in range(24)] for day in range(7)]
    panel = HoursPanel(rows=rows, asked_query=NARROWED, broken_query=f"{NARROWED}&slice=broken")
    html = render_to_string("monitor/parts/hours_panel.html", {"hours": panel})
    assert html.count("<button") == 2 * 7 * 24
    assert len(html.encode()) < 26_000
