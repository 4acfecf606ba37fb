"""What is typed as targets, said back with an example date."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from babel.dates import format_datetime, format_skeleton
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from helpdesk.input.cldr_locale import cldr_locale
from monitor.clock.book.calendar import BusinessCalendar
from monitor.clock.book.rules import ANY_PRIORITY, BadRules, Target, parse_rules
from monitor.clock.metrics import PROMISED, Metric
from monitor.models import Calendar
from monitor.pages.policies.policy_form import PolicyForm
from monitor.pages.policies.rules_fields import ROWS, amount_rules, field_name
from monitor.promises import in_force
from monitor.promises.draft import PolicyDraft
from monitor.promises.policies import due_example
from monitor.relay import book
from monitor.templatetags.targets import target_words


def said_back(form: PolicyForm, *, now: datetime) -> dict[str, str]:
    """Return the words for each target that can be read, by its field; the form may be unfinished."""
    targets = _typed_targets(form) if form.is_bound else _begun_targets(form.draft)
    calendar = form.cleaned_data.get("calendar") if form.is_bound else form.draft.calendar
    if not isinstance(calendar, Calendar):
        calendar = Calendar.objects.filter(pk=calendar or 0).first()
    hours = hours_of(calendar, now=now)
    return {field: example_words(target, hours, now=now) for field, target in targets}


def _begun_targets(draft: PolicyDraft) -> Iterator[tuple[str, Target]]:
    try:
        rules = parse_rules(draft.rules)
    except BadRules:
        return
    for metric, targets in rules.targets.items():
        for priority, target in targets.items():
            yield field_name("amount", metric, priority), target


def _typed_targets(form: PolicyForm) -> Iterator[tuple[str, Target]]:
    for metric in PROMISED:
        for priority in ROWS:
            if target := _typed(form, metric, priority):
                yield field_name("amount", metric, priority), target


def hours_of(calendar: Calendar | None, *, now: datetime) -> BusinessCalendar | None:
    """Return the hours of a calendar that count now, as the core has them."""
    version = in_force.hours_in_force(calendar, now) if calendar else None
    known = book.current().calendar_version(version.pk) if version else None
    return known.hours if known else None


def _typed(form: PolicyForm, metric: Metric, priority: str) -> Target | None:
    """Return what stands in a row, if that can be read."""
    name = field_name("amount", metric, priority)
    number = form.cleaned_data.get(name)
    unit = form.cleaned_data.get(field_name("unit", metric, priority))
    if number is None or not unit:
        return None
    amounts = {ANY_PRIORITY: amount_rules(number, unit)}
    return parse_rules({"targets": {metric.value: {"amounts": amounts}}}).targets[metric][ANY_PRIORITY]


def example_words(target: Target, hours: BusinessCalendar | None, *, now: datetime) -> str:
    """Say a target: "3 working days: opened Friday 4 December 16:30, due Wednesday 9 December 16:30"."""
    words = target_words(target, hours)
    if hours is None:
        return words
    opened_at = due_example.late_on_friday(hours, now=now)
    due_at = due_example.due_at(target, hours, opened_at=opened_at)
    if due_at is None:
        return _("%(target)s: never due, these hours do not open for so long") % {"target": words}
    facts: dict[str, Any] = {"target": words}
    facts |= {"opened": _day_and_time(opened_at, hours, now), "due": _day_and_time(due_at, hours, now)}
    return _("%(target)s: opened %(opened)s, due %(due)s") % facts


def _day_and_time(at: datetime, hours: BusinessCalendar, now: datetime) -> str:
    """Say a day and time where the hours are: "Friday, 4 December, 16:30"."""
    local, locale = at.astimezone(hours.parts[0].zone), cldr_locale(get_language())
    day = format_skeleton("MMMMEd" if local.year == now.year else "yMMMMEd", local, locale=locale)
    return f"{day} {format_datetime(local, 'HH:mm', locale=locale)}"
