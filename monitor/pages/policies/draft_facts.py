"""What a proposal says, in words; a version is said as the proposal that it once was."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from monitor.clock.book.calendar import BusinessCalendar
from monitor.clock.book.rules import BadRules, parse_rules
from monitor.models import Calendar, CalendarVersion, PolicyVersion, VersionScope
from monitor.pages.policies.calendar_facts import calendar_facts
from monitor.pages.policies.policy_facts import Fact, Facts, PlaceNames, rules_facts
from monitor.pages.policies.target_words import hours_of
from monitor.promises.draft import Draft, PolicyDraft
from monitor.promises.policies.reviewed_drafts import of_version


def draft_facts(draft: Draft, names: PlaceNames, *, now: datetime) -> Facts:
    """Return what it says; open time is said in the days of its hours as they are now."""
    if not isinstance(draft, PolicyDraft):
        return calendar_facts(draft.spec)
    if draft.retired:
        return {("retired",): Fact(_("Retired"), _("yes: it matches no ticket"))}
    calendar = Calendar.objects.get(pk=draft.calendar)
    told: Facts = {
        ("retired",): Fact(_("Retired"), _("no"), is_set=False),
        ("position",): Fact(_("Place in the order"), str(draft.position), is_set=False),
        ("calendar",): Fact(_("Hours in which open time counts"), str(calendar)),
    }
    return told | _rules(draft.rules, names, hours_of(calendar, now=now))


def _rules(said: dict[str, Any], names: PlaceNames, hours: BusinessCalendar | None) -> Facts:
    try:
        return rules_facts(parse_rules(said), names, hours)
    except BadRules as bad:
        return {("rules",): Fact(_("Rules that cannot be read"), str(bad))}


def version_facts(version: PolicyVersion | CalendarVersion, names: PlaceNames, *, now: datetime) -> Facts:
    """Return what a version says, with for whom it was made; open time in the days of its hours at `now`."""
    if isinstance(version, CalendarVersion):
        return calendar_facts(version.spec)
    told = draft_facts(of_version(version), names, now=now)
    return {**told, ("scope",): Fact(_("For"), str(VersionScope(version.scope).label))}
