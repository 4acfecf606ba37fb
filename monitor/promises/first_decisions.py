"""The first decisions of an installation: its hours and its promises, and who stands by them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.models import Agent
from helpdesk.models.alike_names import namesake
from monitor.models import Calendar, CalendarVersion, Confirmable, Confirmation, PolicyVersion
from monitor.promises import in_force, versions
from monitor.promises.defaults import BEGINNING
from monitor.promises.hours.hours_spelling import parts_of

WORKING_HOURS: Final = "Working hours"
Week = Mapping[str, list[list[str]]]
"""The windows of each day of the week; days without any may be left out."""


class HoursChangedMeanwhile(versions.BadVersion):
    """Somebody has published other hours since these were shown."""


class SeveralPlaces(versions.BadVersion):
    """The hours are those of several places together, which one week cannot say."""


@dataclass(frozen=True, slots=True)
class ShownHours:
    """The hours in force that the promise to everybody counts in, and who else counts in them.

    `moving` are the promises that come along where saving makes hours of their own; `elsewhere` keep theirs.
    """

    version: CalendarVersion
    counting: list[PolicyVersion]
    elsewhere: list[PolicyVersion]
    moving: list[PolicyVersion]

    @property
    def are_shipped(self) -> bool:
        """Whether nobody has ever chosen them: they are left as they are, and hours of one's own are made."""
        return self.version.created_by_id is None and self.version.effective_at == BEGINNING

    @property
    def several_places(self) -> bool:
        return "any_of" in self.version.spec


def shown_hours(now: datetime) -> ShownHours | None:
    """Return the hours that the promise to everybody counts in; None where nothing is promised to anybody."""
    policies = in_force.policies_in_force(now)
    everybodys = _to_everybody(policies)
    version = in_force.hours_in_force(everybodys.calendar, now) if everybodys else None
    if version is None:
        return None
    counting = [one for one in policies if one.calendar_id == version.calendar_id]
    return ShownHours(
        version=version,
        counting=counting,
        elsewhere=[one for one in policies if one.calendar_id != version.calendar_id],
        moving=[one for one in counting if one == everybodys or _was_shipped(one)],
    )


def _to_everybody(policies: Sequence[PolicyVersion]) -> PolicyVersion | None:
    """Return the first policy that asks no condition, else the last."""
    catch_all = (one for one in policies if not one.rules.get("match"))
    return next(catch_all, policies[-1] if policies else None)


def set_hours(
    *, timezone: str, weekly: Week, by: Agent, now: datetime, seen: int | None = None, confirmed: bool = False
) -> bool:
    """Let the hours that are shown be these from now on; holidays and special days stay. Return whether they changed.

    Hours of one's own get another version, which clocks that run count in as well from now on. Those that are
    shipped are left to whoever chose them: the promises that are shipped, and the last one, come to count in new
    hours, and clocks that run keep theirs. `seen` is the version that was shown.

    Raises `BadVersion` where the hours cannot be read, or never open and that was not `confirmed`;
    `HoursChangedMeanwhile` and `SeveralPlaces`.
    """
    with transaction.atomic():
        shown = _locked(now, seen)
        before = shown.version.spec if shown else {"holidays": []}
        spec = {**before, "timezone": timezone, "weekly": dict(weekly)}
        changed = _same(spec) != _same(before)
        if changed:
            _publish(spec, shown, by=by, now=now, confirmed=confirmed)
        confirm(Confirmable.HOURS, by=by, now=now)
    return changed


def _locked(now: datetime, seen: int | None) -> ShownHours | None:
    """Return the hours in force while nobody else sets them, if they are still those that were shown."""
    Calendar.objects.select_for_update(no_key=True).order_by("pk").first()
    shown = shown_hours(now)
    if shown and seen not in {None, shown.version.pk}:
        raise HoursChangedMeanwhile(_("Somebody has changed these hours meanwhile. Look at them again."))
    if shown and shown.several_places:
        raise SeveralPlaces(
            _("These hours are those of several places together; they are changed in the admin pages.")
        )
    return shown


def confirm(what: Confirmable, *, by: Agent, now: datetime) -> None:
    """Stand by the hours or promises that are in force; changes nothing else."""
    Confirmation.objects.create(what=what, by=by, at=now)


def confirmed_at(what: Confirmable) -> datetime | None:
    """Return when somebody last stood by it."""
    return Confirmation.objects.filter(what=what).order_by("-at").values_list("at", flat=True).first()


def promises_are_confirmed(now: datetime) -> bool:
    """Whether somebody stands by the promises, in the weeks that they count in now."""
    at = confirmed_at(Confirmable.PROMISES)
    if at is None:
        return False
    then = _weeks(at)
    return all(then.get(policy, week) == week for policy, week in _weeks(now).items())


def _publish(
    spec: dict[str, Any], shown: ShownHours | None, *, by: Agent, now: datetime, confirmed: bool
) -> None:
    own = shown is None or shown.are_shipped
    calendar = _own_calendar() if own else shown.version.calendar  # type: ignore[union-attr]  # not None where not own
    versions.publish_calendar(calendar=calendar, spec=spec, now=now, by=by, may_never_open=confirmed)
    for version in shown.moving if shown and own else ():
        versions.publish_again(version, calendar=calendar, now=now, by=by)


def _own_calendar() -> Calendar:
    """Return a calendar of its own: one that is there already belongs to the promises that count in it."""
    names = (WORKING_HOURS if number == 1 else f"{WORKING_HOURS} {number}" for number in count(1))
    free = next(name for name in names if namesake(Calendar.objects.all(), name) is None)
    return Calendar.objects.create(name=free)


def _was_shipped(version: PolicyVersion) -> bool:
    """Whether the policy is one of those that were there at first, so that nobody chose its hours."""
    return version.policy.versions.filter(created_by=None, effective_at=BEGINNING).exists()


def _same(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return hours as they can be compared: a day without a window is no day."""
    weekly = spec.get("weekly") or {}
    return {**spec, "weekly": {day: sorted(map(list, windows)) for day, windows in weekly.items() if windows}}


def _weeks(at: datetime) -> dict[int, str]:
    """Return in which week each promise counted at an instant; holidays do not change what it means."""
    weeks: dict[int, str] = {}
    for policy in in_force.policies_in_force(at):
        hours = in_force.hours_in_force(policy.calendar, at)
        parts = parts_of(hours.spec) if hours else []
        weeks[policy.policy_id] = repr([part.get("weekly") for part in parts])
    return weeks
