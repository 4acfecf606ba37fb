"""What a report says is what its panel shows, and every number leads to exactly its tickets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import Settings

from helpdesk.models import Ticket
from monitor.clock.metrics import Metric
from monitor.excusals import excusing
from monitor.models import Clock, Standing
from monitor.models.objective import WHOLE
from monitor.promises import objectives
from monitor.reports.board import (
    care_panel,
    flow_panel,
    forecast_panel,
    hours_panel,
    load_panel,
    promises_panel,
    standing_now,
    waits_panel,
)
from monitor.reports.board.board_view import BoardFilter, BoardView
from monitor.reports.objectives.calendar_month import month_of
from monitor.reports.rollup.cell_reading import CellReading
from tests import figures
from tests.helpdesk.api.conftest import Caller, told
from tests.make import Make
from tests.monitor.pages.test_the_board import a_mixed_day, listed

NAMES = ("now", "forecast", "load", "waits", "promises", "objectives", "hours", "care", "flow")
PUBLIC = "http://testserver"


@pytest.fixture
def desk(make: Make, now: datetime, settings: Settings) -> None:
    """Two days of all sorts, seven weeks apart so that what came of the first is known, and an objective."""
    settings.PAGE_BANNERS, settings.PUBLIC_URL = [], PUBLIC
    a_mixed_day(make, now)
    a_mixed_day(make, now - timedelta(days=20))
    for number, ticket in enumerate(Ticket.objects.order_by("pk")):
        holder = make.agent("owner") if number % 2 else None
        Ticket.objects.filter(pk=ticket.pk).update(assignee=holder)
        Standing.objects.filter(ticket=ticket).update(assignee=holder)
    make.ticket(now=now, priority="urgent")
    make.ticket(now=now)
    with transaction.atomic():
        objectives.promise(
            metric=Metric.FIRST_RESPONSE,
            queue=make.queue(),
            per_mille=950,
            from_month=month_of(now.date()),
            running=month_of(now.date()),
            by=make.agent("admin"),
        )


def view_of(make: Make, report: dict[str, Any]) -> BoardView:
    """Return the board of the overseer at the instant of a report."""
    return BoardView(
        agent=make.agent("overseer"),
        environment="live",
        now=datetime.fromisoformat(report["now"]),
        filter=BoardFilter(days=28),
        reading=CellReading.begin(),
        followed_from_elsewhere=True,
    )


def counts_of(report: Any) -> Iterator[tuple[str, int]]:
    """Yield every number of a report that has an address, with it; of a closed month those of now."""
    match report:
        case {"tickets": str(address), "now": int(count)} | {"tickets": str(address), "count": int(count)}:
            yield address, count
        case dict():
            for inner in report.values():
                yield from counts_of(inner)
        case list():
            for inner in report:
                yield from counts_of(inner)


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("name", NAMES)
def test_every_number_leads_to_exactly_its_tickets(
    make: Make, reader: Caller, client: Client, name: str
) -> None:
    client.force_login(make.agent("overseer"))
    found = set(counts_of(told(reader.get(f"/reports/{name}?days=28"))))
    some = {pair for pair in found if pair[1]} | set(sorted(pair for pair in found if not pair[1])[:5])

    assert sum(count > 0 for _address, count in some) >= 2
    for address, count in some:
        assert address.startswith(PUBLIC)
        assert listed(client, address.removeprefix(PUBLIC)) == count, address


def tally(panel: Any) -> list[int]:
    return [number.count for number in panel]


SAID: dict[str, tuple[Callable[[dict[str, Any]], Any], Callable[[BoardView], Any]]] = {
    "now": (
        lambda report: (
            [report[name]["count"] for name in ("late", "at_risk", "waiting")]
            + [one["ticket"] for one in report["worst"]]
        ),
        lambda view: (
            tally([(at := standing_now.at_this_instant(view)).late, at.at_risk, at.waiting])
            + [one.ticket.reference for one in at.worst]
        ),
    ),
    "forecast": (
        lambda report: [
            one["count"]
            for one in (report["late_already"], *(quarter["due_by"] for quarter in report["quarters"]))
        ],
        lambda view: tally(
            [(at := forecast_panel.panel(view)).late, *(quarter.due_by for quarter in at.quarters)]
        ),
    ),
    "load": (
        lambda report: [one["live"]["count"] for one in (report["nobody"], *report["people"])],
        lambda view: tally([(at := load_panel.panel(view)).nobody.live, *(one.live for one in at.people)]),
    ),
    "waits": (
        lambda report: [[part["count"] for part in piece["parts"].values()] for piece in report["pieces"]],
        lambda view: [tally(piece.parts.values()) for piece in waits_panel.panel(view).pieces],
    ),
    "promises": (
        lambda report: [
            (one["metric"], one["decided"], one["on_time"], one["slices"]["late"]["count"], one["adjusted"])
            for one in report["metrics"]
        ],
        lambda view: [
            (one.metric, one.decided, one.on_time, one.slices["late"].count, one.adjusted)
            for one in promises_panel.panel(view)
        ],
    ),
    "hours": (
        lambda report: [(hour["asked"]["count"], hour["broken"]["count"]) for hour in report["hours"]],
        lambda view: [
            (hour.asked.count, hour.broken.count) for row in hours_panel.panel(view).rows for hour in row
        ],
    ),
    "care": (
        lambda report: [
            (week["asked"]["count"], week["resolutions"]["undecided"]["count"]) for week in report["weeks"]
        ],
        lambda view: [
            (week.asked.count, week.resolutions.undecided.count) for week in care_panel.panel(view).weeks
        ],
    ),
    "flow": (
        lambda report: [
            report["came"],
            report["went"],
            [one["waiting"]["count"] for one in report["waiting"]],
        ],
        lambda view: [(at := flow_panel.panel(view)).came, at.went, tally(at.waiting.values())],
    ),
}
"""Of each report, some of what it says, and the same of its panel."""


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("name", SAID)
def test_it_says_what_the_panel_shows(make: Make, reader: Caller, name: str) -> None:
    report = told(reader.get(f"/reports/{name}?days=28"))
    said, shown = SAID[name]

    assert said(report) == shown(view_of(make, report))
    assert str(said(report)).strip("[]0, ()")


@pytest.mark.usefixtures("desk")
def test_a_month_is_held_against_what_was_promised_of_it(make: Make, reader: Caller) -> None:
    [objective] = told(reader.get("/reports/objectives"))["objectives"]
    month = objective["months"][0]

    assert (objective["metric"], objective["queue"]["name"]) == ("first_response", make.queue().name)
    assert month["promised"] == 950 / WHOLE
    assert month["decided"]["count"] > month["broken"]["count"] > month["may_break"]
    assert month["is_kept"] is False


@pytest.mark.usefixtures("desk")
def test_excused_promises_are_told_beside_what_was_measured(
    make: Make, reader: Caller, client: Client, now: datetime
) -> None:
    def told_of() -> tuple[dict[str, Any], dict[str, Any]]:
        metrics = {one["metric"]: one for one in told(reader.get("/reports/promises?days=28"))["metrics"]}
        [objective] = told(reader.get("/reports/objectives"))["objectives"]
        return metrics["first_response"], objective["months"][0]

    raw_before, month_before = told_of()
    since = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    late = Clock.objects.standing().of(Metric.FIRST_RESPONSE).filter(outcome="late", started_at__gte=since)
    with transaction.atomic():
        excusing.excuse(list(late[:1]), reason="Storm", by=make.agent("overseer"), now=now)
    raw, month = told_of()

    for said, before in ((raw, raw_before), (month, month_before)):
        assert before["excused"]["count"] == 0
        assert said["excused"]["count"] == 1
        assert said["decided"] == before["decided"]
        assert said["adjusted"] > before["adjusted"]
    assert raw["on_time"] == raw_before["on_time"] == raw_before["adjusted"]
    assert month["kept"] == month_before["kept"] == month_before["adjusted"]
    client.force_login(make.agent("overseer"))
    for said in (raw, month):
        assert listed(client, said["excused"]["tickets"].removeprefix(PUBLIC)) == 1


@pytest.mark.usefixtures("desk")
def test_a_percentile_that_is_not_reached_says_how_far_it_is(reader: Caller) -> None:
    whole = told(reader.get("/reports/waits?days=28&metric=resolution"))["whole"]

    assert whole["p90"]["seconds"] is None
    assert (whole["p90"]["more_than_seconds"] is None) != (whole["p90"]["never_answered"] is None)


@pytest.mark.parametrize("name", ["now", "forecast", "load"])
def test_what_is_of_now_needs_no_figures(make: Make, reader: Caller, name: str) -> None:
    figures.begin().delete()

    assert reader.get(f"/reports/{name}").status_code == 200
    assert reader.get("/reports/promises").status_code == 503


@pytest.mark.usefixtures("desk")
def test_no_pace_is_told_of_one_person_alone(reader: Caller) -> None:
    report = told(reader.get("/reports/forecast"))

    assert report["pace"] is None
    assert report["no_pace"]
    assert {quarter["answered_by"] for quarter in report["quarters"]} == {None}
