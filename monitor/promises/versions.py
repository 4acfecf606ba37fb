"""Publishing versions of policies and calendars: only ever added, never edited."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from helpdesk.access import security_log
from helpdesk.models import Agent, SecurityEventKind
from monitor.clock.book.calendar import BadCalendar, BusinessCalendar, NeverOpen
from monitor.clock.book.rules import BadRules, parse_rules
from monitor.models import Calendar, CalendarVersion, Policy, PolicyVersion, VersionScope
from monitor.promises.hours import hours_spelling
from monitor.promises.hours.day_notes import BadSpelling
from monitor.relay import recount_job

Version = TypeVar("Version", PolicyVersion, CalendarVersion)

_MOMENT = timedelta(microseconds=1)


class BadVersion(ValueError):
    """What a version says cannot be; the message says where."""


class NeverOpens(BadVersion):
    """Hours that bring no open time within five years; they can be meant."""


class PublishedMeanwhile(BadVersion):
    """Somebody has published another version since the one that was shown."""


class InThePast(BadVersion):
    """A version that would change what was promised before it was published."""


def publish_policy(
    *,
    policy: Policy,
    rules: dict[str, Any],
    position: int,
    calendar: Calendar,
    now: datetime,
    effective_at: datetime | None = None,
    scope: str = VersionScope.NEW,
    retired: bool = False,
    by: Agent | None = None,
    why: str = "",
    seen: int | None = None,
) -> PolicyVersion:
    """Add a version of a policy, in force from `effective_at` (default: now).

    Open clocks are recounted by jobs. `seen` is the number of the newest version that whoever publishes knows.
    Raises `BadVersion`, `InThePast` and `PublishedMeanwhile`.
    """
    check_rules(rules)
    version = PolicyVersion(position=position, scope=scope, calendar=calendar, rules=rules, retired=retired)
    version.policy, version.created_by, version.why = policy, by, why
    version.effective_at = _from_then_on(effective_at, now=now)
    return _publish(version, of=policy, seen=seen, now=now)


def publish_again(version: PolicyVersion, *, calendar: Calendar, now: datetime, by: Agent) -> PolicyVersion:
    """Let a policy say what it says in other hours, for clocks that start from now on."""
    return publish_policy(
        policy=version.policy,
        rules=version.rules,
        position=version.position,
        calendar=calendar,
        now=now,
        by=by,
    )


def publish_calendar(
    *,
    calendar: Calendar,
    spec: dict[str, Any],
    now: datetime,
    effective_at: datetime | None = None,
    by: Agent | None = None,
    may_never_open: bool = False,
    why: str = "",
    seen: int | None = None,
) -> CalendarVersion:
    """Add a version of a calendar; time before `effective_at` counts under the one before.

    A window that closes a minute or a second before midnight closes at midnight. Open clocks are recounted by
    jobs. `seen` is the number of the newest version that whoever publishes knows. Raises `BadVersion`, `InThePast`
    and `PublishedMeanwhile`, and `NeverOpens` unless that is meant.
    """
    spec = hours_spelling.until_midnight(spec)
    check_hours(spec, now=now, may_never_open=may_never_open)
    version = CalendarVersion(calendar=calendar, spec=spec, created_by=by, why=why)
    version.effective_at = _from_then_on(effective_at, now=now)
    return _publish(version, of=calendar, seen=seen, now=now)


def check_rules(rules: object) -> None:
    """Raise `BadVersion` where the rules cannot be read."""
    try:
        parse_rules(rules)
    except BadRules as bad:
        raise BadVersion(str(bad)) from bad


def check_hours(spec: Any, *, now: datetime, may_never_open: bool = False) -> None:
    """Raise `BadVersion` where the hours cannot be read, `NeverOpens` where no open time comes in five years."""
    try:
        hours_spelling.check_dates(spec)
        BusinessCalendar.parse(spec).due(now, _MOMENT)
    except (BadCalendar, BadSpelling) as bad:
        raise BadVersion(str(bad)) from bad
    except NeverOpen as never:
        if not may_never_open:
            raise NeverOpens(_("These hours never open: nothing that counts in them is ever due.")) from never


def check_beginning(effective_at: datetime | None, *, now: datetime) -> None:
    """Raise `InThePast` where a version would change what was promised before it was published."""
    if effective_at is not None and effective_at < now:
        raise InThePast(_("A version cannot take effect before it is published."))


def _publish(version: Version, *, of: Policy | Calendar, seen: int | None, now: datetime) -> Version:
    """Add the next version, while nobody else adds one, and have open clocks recounted: now, and when it begins.

    What is still to come shapes due times, not the state: a clock that it pauses is paused when it is there.
    """
    with transaction.atomic():
        type(of).objects.select_for_update(no_key=True).get(pk=of.pk)
        version.version = _next(of, seen=seen)
        version.save(force_insert=True)
        _record(version, of=of)
        _have_recounted(version, now=now)
    return version


def _record(version: Version, *, of: Policy | Calendar) -> None:
    facts: dict[str, Any] = {"what": type(of).__name__.lower(), "number": of.pk, "version": version.version}
    security_log.record(SecurityEventKind.VERSION_PUBLISHED, actor=version.created_by, **facts)


def _have_recounted(version: Version, *, now: datetime) -> None:
    recount_job.ask(now=now, by=version.created_by)
    if version.effective_at > now:
        recount_job.ask_again(at=version.effective_at, now=now, by=version.created_by)


def _next(owner: Policy | Calendar, *, seen: int | None) -> int:
    highest: int = owner.versions.aggregate(highest=Max("version"))["highest"] or 0
    if seen is not None and seen != highest:
        raise PublishedMeanwhile(_("Somebody has published another version meanwhile. Look at it first."))
    return highest + 1


def _from_then_on(effective_at: datetime | None, *, now: datetime) -> datetime:
    check_beginning(effective_at, now=now)
    return effective_at or now
