"""Rollups: what is folded behind the relay is what would be summed up from nothing, whatever happened on the way."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.db import transaction

from helpdesk.conversation import replies
from helpdesk.database.deletion import delete_whole
from helpdesk.jobs import job_turn
from helpdesk.models import Job, Ticket
from monitor.models import RollupCell, RollupEdition, RollupLive, RollupMark, RollupMix, RollupShare
from monitor.reports.rollup import (
    cell_counts,
    live_folding,
    live_share,
    rebuild_job,
    rollup_check,
    ticket_share,
)
from monitor.reports.rollup.live_counts import LiveCounts
from monitor.reports.rollup.live_share import LivePlace
from monitor.reports.rollup.ticket_share import CellPlace, MixPlace, Place
from tests.make import NOW, Make

pytestmark = pytest.mark.django_db

Cells = dict[Place, Counter[int]]
MINUTE = timedelta(minutes=1)


def cells(edition: RollupEdition) -> Cells:
    """Return all cells of days, and all of tickets that are alike in everything."""
    found: Cells = {}
    of_days = RollupCell.objects.filter(edition=edition).values_list(*CellPlace._fields, "counts")
    mixed = RollupMix.objects.filter(edition=edition).values_list(*MixPlace._fields, "counts")
    found |= {CellPlace._make(place): cell_counts.unpack(counts) for *place, counts in of_days}
    found |= {MixPlace._make(place): cell_counts.unpack(counts) for *place, counts in mixed}
    return found


def levels(edition: RollupEdition) -> dict[CellPlace, Counter[int]]:
    return {place: counts for place, counts in cells(edition).items() if isinstance(place, CellPlace)}


def from_nothing(edition: RollupEdition) -> Cells:
    """Sum up all tickets that there are, without marks, shares or cells."""
    summed: Cells = {}
    tickets = list(Ticket.objects.values_list("pk", flat=True))
    for share in ticket_share.shares_of(tickets, zone=ZoneInfo(edition.zone)).values():
        for place, number in share.counts():
            summed.setdefault(place, Counter())[number] += 1
    return summed


def live(edition: RollupEdition) -> dict[LivePlace, tuple[Any, ...]]:
    """Return where live tickets stand, as it is kept."""
    kept = live_folding.of_scope(edition, "live", None, None)
    assert RollupLive.objects.filter(edition=edition).count() == len(kept)
    return {place: counts.told for place, counts in kept.items()}


def live_from_nothing() -> dict[LivePlace, tuple[Any, ...]]:
    """Sum up where all tickets stand."""
    summed: dict[LivePlace, LiveCounts] = {}
    standing = live_share.shares_of(list(Ticket.objects.values_list("pk", flat=True)))
    live_folding.move(summed, ((None, share) for share in standing.values()))
    return {place: counts.told for place, counts in summed.items()}


def fold(*, limit: int = 500) -> int:
    with transaction.atomic():
        return rebuild_job.catch_up(now=NOW, limit=limit)


def fold_all() -> None:
    while fold():
        pass


@pytest.fixture
def edition(db: None) -> RollupEdition:
    """The figures of an empty desk."""
    fold()
    return RollupEdition.objects.get()


def outcomes(edition: RollupEdition, metric: str = "first_response") -> Counter[str]:
    """Return how the clocks of a metric came out, by the level of everything."""
    found: Counter[str] = Counter()
    for place, counts in levels(edition).items():
        if (place.metric, place.queue_id, place.dimension) == (metric, ticket_share.EVERY_QUEUE, ""):
            for number, count in counts.items():
                match cell_counts.told(number):
                    case cell_counts.RunningClocks():
                        found["runs"] += count
                    case cell_counts.EndedClocks(fate=fate, business=False):
                        found[fate] += count
    return found


def test_an_answer_moves_a_wait_from_what_runs_to_how_it_ended(make: Make, edition: RollupEdition) -> None:
    ticket = make.ticket(channel="chat")
    fold_all()
    assert outcomes(edition) == {"runs": 1}

    replies.reply_in_public(ticket=ticket, author=make.agent(), body="Here.", now=NOW + 10 * MINUTE)
    fold_all()

    assert outcomes(edition) == {"met": 1}
    [place] = [
        place
        for place in levels(edition)
        if (place.metric, place.queue_id, place.dimension) == ("first_response", ticket.queue_id, "channel")
    ]
    assert (place.environment, place.value, place.day) == ("live", "chat", NOW.date())


def test_what_ended_is_counted_by_its_hour_of_asking_and_on_its_day_of_ending(
    make: Make, edition: RollupEdition
) -> None:
    ticket = make.ticket()
    replies.reply_in_public(ticket=ticket, author=make.agent(), body="Here.", now=NOW + timedelta(days=2))

    fold_all()

    told = {
        (place.day, cell_counts.told(number))
        for place, counts in levels(edition).items()
        if (place.metric, place.queue_id, place.dimension) == ("first_response", 0, "")
        for number in counts
    }
    assert (NOW.date(), cell_counts.EndedOfHour("met", False, NOW.hour)) in told
    assert (NOW.date() + timedelta(days=2), cell_counts.EndedThatDay("met")) in told


def test_tickets_alike_in_everything_are_found_by_more_than_one_thing(
    make: Make, edition: RollupEdition
) -> None:
    ticket = make.ticket(channel="chat")
    Ticket.objects.filter(pk=ticket.pk).update(language="he", tier="gold")

    fold_all()

    mixed = [place for place in cells(edition) if isinstance(place, MixPlace)]
    [place] = [place for place in mixed if place.metric == "first_response"]
    assert place[3:] == (ticket.queue_id, ticket.store_id, "normal", "chat", "he", "gold", 0)


def test_five_dimensions_alone_and_in_its_queue_are_ten_levels(make: Make, edition: RollupEdition) -> None:
    make.ticket()

    fold_all()

    found = {place[:4] for place in levels(edition)}
    assert len(found) == 10
    assert {dimension for _environment, _queue, dimension, _value in found} == {
        "", "store", "priority", "channel", "language",
    }  # fmt: skip


def test_what_is_handed_over_is_counted_where_it_is_now(make: Make, edition: RollupEdition) -> None:
    ticket = make.ticket()
    fold_all()
    Ticket.objects.filter(pk=ticket.pk).update(queue=make.queue("Returns"))
    replies.add_note(ticket=Ticket.objects.get(pk=ticket.pk), author=None, body="Moved.", now=NOW + MINUTE)

    fold_all()

    queues = {place.queue_id for place in levels(edition)}
    assert queues == {ticket_share.EVERY_QUEUE, make.queue("Returns").pk}


def test_a_ticket_that_is_deleted_is_taken_away(make: Make, edition: RollupEdition) -> None:
    tickets = [make.ticket(), make.ticket()]
    fold_all()

    delete_whole(Ticket.objects.filter(pk=tickets[0].pk))
    fold_all()
    assert outcomes(edition) == {"runs": 1}

    delete_whole(Ticket.objects.filter(pk=tickets[1].pk))
    fold_all()
    assert cells(edition) == {}
    assert live(edition) == {}
    assert not RollupShare.objects.exists()


def test_days_and_hours_are_those_of_the_reporting_zone(
    make: Make, edition: RollupEdition, settings: LazySettings
) -> None:
    make.ticket()
    fold_all()
    settings.REPORTS_ZONE = "Pacific/Auckland"

    fold()
    assert RollupEdition.objects.complete().get() == edition
    finish_jobs()

    newest = RollupEdition.objects.get()
    assert {place.day for place in cells(newest)} == {NOW.astimezone(ZoneInfo("Pacific/Auckland")).date()}


def finish_jobs() -> None:
    while Job.objects.unfinished().exists():
        job_turn.take(now=NOW, limit=1)


def test_tickets_from_before_there_were_figures_are_brought_in_by_a_job(make: Make) -> None:
    answered, _waiting = make.ticket(), make.ticket()
    RollupMark.objects.all().delete()
    fold()
    assert not RollupEdition.objects.exists()

    job_turn.take(now=NOW, limit=1)
    replies.reply_in_public(ticket=answered, author=make.agent(), body="Here.", now=NOW + MINUTE)
    fold_all()
    finish_jobs()

    edition = RollupEdition.objects.complete().get()
    assert outcomes(edition) == {"met": 1, "runs": 1}
    assert cells(edition) == from_nothing(edition)


def test_a_rebuild_replaces_what_has_gone_astray(make: Make, edition: RollupEdition) -> None:
    make.ticket()
    fold_all()
    RollupCell.objects.filter(metric="first_response").delete()
    RollupLive.objects.update(waiting=b"")
    assert list(rollup_check.astray(edition)) == [
        f"live tickets of queue {make.queue().pk}",
        f"cells of first_response on {NOW.date()}",
    ]

    rebuild_job.ask(now=NOW)
    finish_jobs()

    newest = RollupEdition.objects.get()
    assert newest != edition
    assert not list(rollup_check.astray(newest))
    assert cells(newest) == from_nothing(newest)
    assert live(newest) == live_from_nothing() != {}


def test_a_rebuild_that_a_newer_one_has_overtaken_is_over(make: Make, edition: RollupEdition) -> None:
    make.ticket()
    first, second = rebuild_job.ask(now=NOW), rebuild_job.ask(now=NOW)
    job_turn.take_at_once(first, now=NOW, limit=1)
    for _ in range(5):
        job_turn.take_at_once(second, now=NOW, limit=1)

    finish_jobs()
    fold_all()

    [left] = RollupEdition.objects.all()
    assert left.pk == second.state["edition"]
    assert cells(left) == from_nothing(left)


def test_a_ticket_whose_share_is_not_what_its_clocks_say_is_named(make: Make, edition: RollupEdition) -> None:
    ticket = make.ticket()
    assert not list(rollup_check.astray(edition))

    RollupMark.objects.all().delete()

    assert list(rollup_check.astray(edition)) == [f"ticket {ticket.pk}"]


@pytest.mark.django_db(transaction=True)
def test_the_command_folds_checks_and_asks_for_a_rebuild(make: Make) -> None:
    fold()
    make.ticket()

    assert "1 changes folded" in said("rollup")
    assert "0 differences" in said("rollup", "--check")
    RollupShare.objects.all().delete()
    with pytest.raises(SystemExit):
        said("rollup", "--check")
    said("rollup", "--rebuild")
    assert Job.objects.unfinished().get().kind == "rollup_rebuild"


def said(*command: str) -> str:
    out = StringIO()
    call_command(*command, stdout=out)
    return out.getvalue()
