"""Versions are added, never edited; what cannot be read is refused where it is published."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from helpdesk.models import Job, SecurityEvent, Store, TicketEvent
from monitor.alarms import flags
from monitor.models import Calendar, CalendarVersion, Clock, Flag, Policy, PolicyVersion
from monitor.promises import versions
from monitor.promises.defaults import ensure_defaults
from monitor.relay import book, recount
from tests.make import NOW, Make
from tests.monitor import recounted

pytestmark = [pytest.mark.database, pytest.mark.django_db]

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def _publish(**fields: Any) -> PolicyVersion:
    policy = Policy.objects.get(name="Everybody")
    last = policy.versions.latest("version")
    given = {"rules": last.rules, "position": last.position, "calendar": last.calendar, "now": NOW, **fields}
    return versions.publish_policy(policy=policy, **given)


@pytest.mark.parametrize(
    ("priority", "acknowledgement", "first_response"),
    [("urgent", 15, 30), ("high", 30, 60), ("normal", 60, 240), ("low", 240, 480)],
)
def test_the_shipped_promises(make: Make, priority: str, acknowledgement: int, first_response: int) -> None:
    make.ticket(priority=priority)

    targets = dict(Clock.objects.values_list("metric", "target"))
    assert targets["acknowledgement"] == acknowledgement * MINUTE
    assert targets["first_response"] == first_response * MINUTE


def test_chat_is_answered_within_ten_minutes(make: Make) -> None:
    make.ticket(channel="chat", priority="low")

    assert Clock.objects.get(metric="first_response").target == 10 * MINUTE


def test_what_was_shipped_is_made_once_and_what_was_changed_is_left(make: Make) -> None:
    _publish()
    ensure_defaults()

    assert (Calendar.objects.count(), Policy.objects.count(), PolicyVersion.objects.count()) == (1, 2, 3)


def test_who_published_what_stands_in_the_security_log(make: Make) -> None:
    admin = make.agent("admin")
    policy = _publish(by=admin)
    calendar = Calendar.objects.get()
    hours = calendar.versions.latest("version")
    versions.publish_calendar(calendar=calendar, spec=hours.spec, now=NOW, by=admin)

    lines = SecurityEvent.objects.order_by("id").values_list("kind", "actor", "facts")
    assert list(lines) == [
        ("version_published", admin.pk, {"what": "policy", "number": policy.policy_id, "version": 2}),
        ("version_published", admin.pk, {"what": "calendar", "number": calendar.pk, "version": 2}),
    ]


def test_what_cannot_be_published_leaves_no_line(make: Make) -> None:
    for wrong in ({"rules": {"targets": 7}}, {"effective_at": NOW - HOUR}):
        with pytest.raises(versions.BadVersion):
            _publish(by=make.agent("admin"), **wrong)

    assert not SecurityEvent.objects.exists()


def test_a_version_is_numbered_dated_and_signed(make: Make) -> None:
    version = _publish(effective_at=NOW + HOUR, by=make.agent("admin"))

    assert (version.version, version.effective_at, version.created_by) == (2, NOW + HOUR, make.agent("admin"))
    for job in Job.objects.all():
        assert (job.kind, job.asked_at, job.asked_by) == ("recount", NOW, make.agent("admin"))
    assert [job.rests_until for job in Job.objects.order_by("pk")] == [None, NOW + HOUR]


def test_a_version_for_new_clocks_leaves_those_that_run(make: Make) -> None:
    old = make.ticket()
    version = _publish(rules={"targets": {"first_response": {"seconds": 60}}}, now=NOW + MINUTE)
    recounted.go_on_to_the_end(now=NOW + MINUTE)
    new = make.ticket(now=NOW + MINUTE)

    assert Clock.objects.get(ticket=old, metric="first_response").target == 4 * HOUR
    assert Clock.objects.get(ticket=new, metric="first_response").policy_version == version


def test_a_version_that_is_to_come_is_reckoned_with_at_once(make: Make) -> None:
    make.ticket()
    _publish(
        rules={"targets": {"resolution": {"seconds": 3600}}}, scope="new_and_open", effective_at=NOW + DAY
    )
    recounted.go_on_to_the_end(now=NOW)

    resolution = Clock.objects.get(metric="resolution")
    assert (resolution.breach_at, resolution.breach_kind) == (NOW + DAY, "retarget")


@pytest.mark.parametrize("scope", ["new", "new_and_open"])
def test_a_policy_that_is_published_unchanged_changes_nothing(make: Make, scope: str) -> None:
    """Also where another has the same position: of two that match, the older policy goes on winning."""
    last = PolicyVersion.objects.get(policy__name="Everybody")
    twin = Policy.objects.create(name="Twin")
    rules = {"targets": {"first_response": {"seconds": 60}}}
    versions.publish_policy(
        policy=twin, rules=rules, position=last.position, calendar=last.calendar, now=NOW - DAY
    )
    before, ticket, then = _promised(make, now=NOW), make.ticket(priority="urgent"), NOW + 25 * MINUTE
    flags.raise_due(now=then, limit=10, noticed_by="test")

    _publish(now=then, scope=scope)
    recounted.go_on_to_the_end(now=then)

    assert _promised(make, now=then) == before
    due = Clock.objects.get(ticket=ticket, metric="first_response")
    assert (due.due_at, due.risk_at) == (NOW + 30 * MINUTE, NOW + 22.5 * MINUTE)
    assert not Flag.objects.exclude(withdrawn_at=None).exists()
    assert recount.check([ticket.pk], now=then) == []


def _promised(make: Make, *, now: datetime) -> dict[str, timedelta | None]:
    """Return the targets of a ticket that is opened then."""
    return dict(Clock.objects.filter(ticket=make.ticket(now=now)).values_list("metric", "target"))


def test_nothing_takes_effect_before_it_is_published() -> None:
    with pytest.raises(versions.InThePast):
        _publish(effective_at=NOW - MINUTE)
    with pytest.raises(versions.InThePast):
        versions.publish_calendar(
            calendar=Calendar.objects.get(),
            spec=CalendarVersion.objects.get().spec,
            now=NOW,
            effective_at=NOW - MINUTE,
        )


@pytest.mark.parametrize(
    "rules",
    [None, [], {"targets": {"first_reply": {"seconds": 1}}}, {"targets": {"update": {"seconds": -1}}}],
)
def test_rules_that_cannot_be_read_are_refused(rules: Any) -> None:
    with pytest.raises(versions.BadVersion):
        _publish(rules=rules)


@pytest.mark.parametrize(
    "spec",
    [
        {},
        {"timezone": "Mars/Olympus", "weekly": {"mon": [["09:00", "17:00"]]}},
        {"timezone": "UTC", "weekly": {}},
        {"timezone": "UTC", "weekly": {"mon": [["25:00", "17:00"]]}},
    ],
)
def test_hours_that_cannot_be_read_or_never_come_are_refused(spec: Any) -> None:
    with pytest.raises(versions.BadVersion):
        versions.publish_calendar(calendar=Calendar.objects.get(), spec=spec, now=NOW)


def test_the_book_is_read_anew_only_when_a_version_was_added() -> None:
    before = book.current()
    assert book.current() is before

    _publish()
    assert book.current() is not before


@pytest.mark.parametrize("field", ["rules", "effective_at", "position", "retired"])
def test_a_policy_version_is_never_edited(field: str) -> None:
    version = PolicyVersion.objects.earliest("pk")
    with pytest.raises(IntegrityError, match="publish another"), transaction.atomic():
        PolicyVersion.objects.filter(pk=version.pk).update(**{field: getattr(version, field)})


def test_a_calendar_version_is_never_edited() -> None:
    with pytest.raises(IntegrityError, match="publish another"), transaction.atomic():
        CalendarVersion.objects.update(spec={})


def test_a_version_keeps_who_published_it(make: Make) -> None:
    admin = make.agent("admin")
    _publish(by=admin)

    with pytest.raises(ProtectedError):
        admin.delete()


def test_a_store_stays_what_it_is(make: Make) -> None:
    make.store()
    Store.objects.update(environment="live", name="Renamed")
    with pytest.raises(IntegrityError, match="given once"), transaction.atomic():
        Store.objects.update(environment="test")


def test_an_event_is_a_fact(make: Make) -> None:
    make.ticket()
    TicketEvent.objects.update(relayed_at=NOW)
    with pytest.raises(IntegrityError, match="never edited"), transaction.atomic():
        TicketEvent.objects.update(occurred_at=NOW)
