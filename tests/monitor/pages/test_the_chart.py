"""The chart: it holds the longest wait, breaks where there is nothing, and says what is not reached yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from monitor.measure.survival import MoreThan, Never, Percentile
from monitor.pages.board.chart import EDGE, HEIGHT, LINES, TOP, chart
from monitor.reports.board.board_view import DAYS, LinkedCount, Span
from monitor.reports.board.waits_panel import FEW, WaitsOfDays
from monitor.reports.response_figures import FirstWait, ResponseFigures
from tests.make import NOW

NOTHING = LinkedCount(0, "")


def a_day(p50: Percentile = None, *, dots: tuple[float, ...] = ()) -> WaitsOfDays:
    waits = [FirstWait(1, None, "T-1", NOW, "met", seconds, None, None) for seconds in dots]
    number = len(waits) if p50 is None else FEW
    naive = None if isinstance(p50, MoreThan | Never) else p50
    responses = ResponseFigures(answered=number, p50=p50, p90=p50, naive_p50=naive, naive_p90=naive)
    return WaitsOfDays(Span(date(2026, 3, 9), date(2026, 3, 9)), responses, waits, NOTHING, {})


def days(*given: WaitsOfDays) -> list[WaitsOfDays]:
    return [*given, *(a_day() for _ in range(DAYS - len(given)))]


def test_longer_waits_stand_higher_and_all_of_them_inside() -> None:
    waits = [0.0, 59.0, 3540.0, timedelta(days=10).total_seconds(), timedelta(days=4000).total_seconds()]
    heights = [dot.y for dot in chart(days(a_day(dots=tuple(waits))), target=None).dots]

    assert heights == sorted(heights, reverse=True)
    assert all(0 <= y <= HEIGHT for y in heights)


def test_the_scale_is_no_longer_than_the_longest_wait_needs() -> None:
    assert [line.seconds for line in chart(days(a_day(500.0)), target=None).lines] == [60, 600]
    assert [line.seconds for line in chart(days(a_day(601.0)), target=None).lines] == [60, 600, 3600]
    assert [line.seconds for line in chart(days(), target=14_400).lines] == [60, 600, 3600, 14_400]
    assert chart(days(a_day(1e12)), target=None).lines[-1].seconds == LINES[-1]


def test_a_day_without_a_percentile_breaks_the_line() -> None:
    shown = chart(days(a_day(60.0), a_day(90.0), a_day(), a_day(70.0)), target=None)
    assert len(shown.p50.runs) == 1
    assert shown.p50.runs[0].count(",") == 2
    assert len(shown.p50.points) == 3


def test_what_is_not_reached_yet_is_marked_so() -> None:
    shown = chart(days(a_day(MoreThan(3600.0)), a_day(60.0)), target=None)
    assert [point.beyond for point in shown.p50.points] == [True, False]
    assert len(shown.naive.points) == 1


def test_the_days_stand_in_their_order_inside_the_frame() -> None:
    across = [label.x for label in chart(days(), target=None).labels]
    assert across == sorted(across)
    assert across[0] > 0
    assert across[-1] < EDGE


def test_tickets_of_a_day_lie_beside_one_another_inside_that_day() -> None:
    width = EDGE / DAYS
    shown = chart(days(a_day(dots=(60.0,) * (FEW - 1)), a_day(dots=(60.0,))), target=None)
    across = [dot.x for dot in shown.dots]

    assert len(set(across)) == FEW
    assert across == sorted(across)
    assert all(abs(x - shown.labels[0].x) < width / 2 for x in across[:-1])
    assert across[-1] == shown.labels[1].x


def test_the_target_stands_where_its_wait_would() -> None:
    shown = chart(days(a_day(3600.0)), target=3600.0)
    assert shown.target_y == shown.p50.points[0].y


def test_what_never_ends_stands_above_everything() -> None:
    shown = chart(days(a_day(Never(20)), a_day(14_400.0), a_day(MoreThan(86_400.0))), target=None)
    never, hours, day = shown.p50.points

    assert never.y == shown.never_y
    assert never.y < min(day.y, hours.y, *(line.y for line in shown.lines))
    assert never.beyond


def test_a_single_ticket_that_was_never_answered_stands_there_however_soon_it_was_closed() -> None:
    silent = FirstWait(1, None, "T-1", NOW, "unanswered", 3.0, None, None)
    met = replace(silent, outcome="met", seconds=3540.0)
    day = replace(a_day(), dots=[silent, met])

    shown = chart(days(day), target=None)
    assert [dot.y for dot in shown.dots] == [shown.never_y, shown.dots[1].y]
    assert shown.dots[0].y < shown.dots[1].y


def test_a_chart_without_such_tickets_leaves_no_room_for_them() -> None:
    shown = chart(days(a_day(60.0)), target=None)
    assert shown.never_y is None
    assert shown.lines[-1].y == TOP


def test_an_answer_dated_before_its_question_is_not_drawn() -> None:
    misdated = FirstWait(1, None, "T-1", NOW, "met", 0.0, None, None, misdated=True)
    assert chart(days(replace(a_day(), dots=[misdated])), target=None).dots == []


def test_the_lowest_line_stands_for_all_that_is_shorter() -> None:
    assert [line.is_floor for line in chart(days(a_day(48.0)), target=None).lines] == [True, False]
