"""A draft is what will be published: the book with it says what the book says once it is there."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from helpdesk.models import Ticket
from monitor.clock.replay import replay
from monitor.models import Calendar, CalendarVersion, Policy, PolicyVersion, VersionScope
from monitor.promises import draft, versions
from monitor.promises.doubted_drafts import what_comes_of
from monitor.promises.draft import CalendarDraft, Draft, PolicyDraft
from monitor.promises.draft_book import book_with
from monitor.relay import book
from monitor.relay.fold_input import read_events
from tests.make import NOW, Make

pytestmark = [pytest.mark.database, pytest.mark.django_db, pytest.mark.usefixtures("promises")]

HOUR = timedelta(hours=1)
OPEN_AT_NIGHT = {"timezone": "UTC", "weekly": {"mon": [["20:00", "24:00"]], "tue": [["00:00", "04:00"]]}}


def _everybody(**fields: Any) -> PolicyDraft:
    policy = Policy.objects.get(name="Everybody")
    last = policy.versions.latest("version")
    said = {"rules": last.rules, "position": last.position, "calendar": last.calendar_id, **fields}
    return PolicyDraft(policy=policy.pk, name=policy.name, **said)


def _hurried(**fields: Any) -> PolicyDraft:
    return _everybody(rules={"targets": {"first_response": {"basis": "wall", "seconds": 60}}}, **fields)


def _new_first(**fields: Any) -> PolicyDraft:
    rules = {"match": {"priority": ["normal", "urgent"]}, "targets": {"resolution": {"seconds": 600}}}
    return PolicyDraft(
        policy=None,
        name="First of all",
        rules=rules,
        position=-5,
        calendar=Calendar.objects.get().pk,
        **fields,
    )


def _nightly() -> CalendarDraft:
    calendar = Calendar.objects.get()
    return CalendarDraft(calendar=calendar.pk, name=calendar.name, spec=OPEN_AT_NIGHT)


def _clocks(tickets: list[Ticket], promised: Any) -> list[object]:
    told = read_events([one.pk for one in tickets])
    clocks = [one for some in told.values() for one in replay(some, promised)]
    return [(one.metric, one.started_at, one.target, one.due_at, one.risk_at, one.ended_at) for one in clocks]


@pytest.mark.parametrize(
    "drafts",
    [
        [_hurried],
        [lambda: _hurried(scope=VersionScope.NEW_AND_OPEN)],
        [lambda: _hurried(effective_at=NOW + HOUR, scope=VersionScope.NEW_AND_OPEN)],
        [lambda: _everybody(retired=True, scope=VersionScope.NEW_AND_OPEN)],
        [_new_first],
        [lambda: _new_first(scope=VersionScope.NEW_AND_OPEN)],
        [_nightly],
        [_nightly, lambda: _hurried(scope=VersionScope.NEW_AND_OPEN)],
    ],
)
def test_the_book_with_drafts_says_what_the_book_says_once_they_are_published(
    make: Make, drafts: list[Callable[[], Draft]]
) -> None:
    tickets = [make.ticket(now=NOW - HOUR), make.ticket(now=NOW + timedelta(minutes=1), priority="urgent")]
    told = [one() for one in drafts]
    tried, untouched = _clocks(tickets, book_with(told, now=NOW)), _clocks(tickets, book.current())

    for one in told:
        draft.publish(one, by=make.agent("admin"), now=NOW)

    assert tried == _clocks(tickets, book.current())
    assert tried != untouched


def test_a_new_policy_comes_after_all_that_have_a_number_at_its_place() -> None:
    everybody = _everybody()
    tried = book_with([replace(_new_first(), position=everybody.position)], now=NOW)

    alike = [one.policy for one in tried.in_force(NOW) if one.position == everybody.position]

    assert alike[0] == everybody.policy
    assert len(alike) == 2


def test_trying_writes_nothing() -> None:
    before = PolicyVersion.objects.count(), CalendarVersion.objects.count(), Policy.objects.count()

    book_with([_hurried(), _new_first(), _nightly()], now=NOW)

    assert (PolicyVersion.objects.count(), CalendarVersion.objects.count(), Policy.objects.count()) == before


@pytest.mark.parametrize(
    "one", [_hurried, _new_first, _nightly, lambda: _hurried(effective_at=NOW, why="Rush")]
)
def test_a_draft_goes_to_json_and_back(one: Callable[[], Draft]) -> None:
    assert draft.from_json(json.loads(json.dumps(draft.to_json(one())))) == one()


def test_who_published_it_and_why_stays_with_the_version(make: Make) -> None:
    admin = make.agent("admin")

    published = draft.publish(_hurried(why="Peak season"), by=admin, now=NOW)

    published.refresh_from_db()
    assert (published.why, published.created_by) == ("Peak season", admin)


@pytest.mark.parametrize("one", [_hurried, _nightly])
def test_what_somebody_else_has_published_meanwhile_is_not_overwritten(
    make: Make, one: Callable[[], Draft]
) -> None:
    shown = replace(one(), seen=1)
    draft.publish(shown, by=make.agent("admin"), now=NOW)

    with pytest.raises(versions.PublishedMeanwhile):
        draft.publish(shown, by=make.agent("admin"), now=NOW)


@pytest.mark.parametrize(
    "one",
    [
        lambda: _everybody(rules={"match": {"mood": ["bad"]}}),
        lambda: replace(_hurried(), calendar=0),
        lambda: replace(_nightly(), spec={"timezone": "Moon/Tycho"}),
        lambda: _hurried(effective_at=NOW - HOUR),
    ],
)
def test_what_could_not_be_published_cannot_be_tried(one: Callable[[], Draft]) -> None:
    with pytest.raises(versions.BadVersion):
        book_with([one()], now=NOW)


def test_what_comes_of_a_publication_is_said_as_it_is() -> None:
    new = PolicyDraft(policy=None, name="VIP", rules={}, position=1, calendar=1)
    later = NOW + timedelta(days=1)

    assert what_comes_of([new], now=NOW) == "Published. It counts for what starts from now on."
    hours = CalendarDraft(calendar=None, name="", spec={})
    recounted: tuple[Draft, ...] = (replace(new, scope="new_and_open"), hours)
    for one in recounted:
        assert what_comes_of([new, one], now=NOW) == "Published. Open tickets are being recounted."
    assert (
        what_comes_of([replace(new, effective_at=later)], now=NOW)
        == "Published. Nothing changes before it counts."
    )
