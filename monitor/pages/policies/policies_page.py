"""Policies, in the order in which they are tried; one of them with its versions; the versions of a calendar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from helpdesk.input.id_text import read_number
from helpdesk.models import Priority
from helpdesk.pages.frame.permission import overseen_queues
from helpdesk.pages.frame.viewer import agent_of, now_of
from monitor.clock.book.calendar import BusinessCalendar
from monitor.clock.book.rules import parse_rules
from monitor.models import Calendar, Policy, PolicyVersion
from monitor.pages.policies import policy_facts
from monitor.pages.policies.draft_facts import version_facts
from monitor.pages.policies.policy_facts import ConditionWords, PlaceNames
from monitor.pages.policies.target_spans import MetricTargets, metric_targets
from monitor.pages.policies.target_words import hours_of
from monitor.promises import in_force
from monitor.promises.policies import version_history
from monitor.promises.policies.version_history import DatedVersion


class ListedPolicy(NamedTuple):
    """A policy in force in words, with the policies that it can be moved before: one place up, and one down."""

    version: PolicyVersion
    conditions: list[ConditionWords]
    hours: BusinessCalendar | None
    targets: list[MetricTargets]
    up: str | None
    down: str | None


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the policies that are in force, those that are to come, and those that are retired."""
    overseen_queues(request)
    now = now_of(request)
    shown = in_force.policies_in_force(now)
    planned = in_force.planned_after(now)
    context = {
        "policies": list(_listed(shown, PlaceNames(agent_of(request)), now=now)),
        "planned": planned.policies,
        "others": Policy.objects.exclude(pk__in=[one.policy_id for one in shown]).order_by("name"),
        "calendars": Calendar.objects.order_by("name"),
        "may_write": agent_of(request).is_admin,
        "priorities": [label for _value, label in reversed(Priority.choices)],
        "now": now,
    }
    return render(request, "monitor/policies/index.html", context)


def _listed(shown: Sequence[PolicyVersion], names: PlaceNames, *, now: datetime) -> Iterator[ListedPolicy]:
    numbers = [str(one.policy_id) for one in shown]
    for place, version in enumerate(shown):
        rules = parse_rules(version.rules)
        up = numbers[place - 1] if place else None
        down = [*numbers, ""][place + 2] if place + 1 < len(shown) else None
        hours = hours_of(version.calendar, now=now)
        targets = list(metric_targets(rules))
        yield ListedPolicy(version, policy_facts.conditions(rules, names), hours, targets, up, down)


@login_required
@require_safe
def show(request: HttpRequest, number: int) -> HttpResponse:
    """Show what a policy says, its versions, and any two of them side by side."""
    overseen_queues(request)
    policy = get_object_or_404(Policy, pk=number)
    return _page(request, policy, version_history.policy_history(policy, now=now_of(request)), kind="policy")


@login_required
@require_safe
def calendar_versions(request: HttpRequest, number: int) -> HttpResponse:
    """Show the versions of a calendar, and any two of them side by side."""
    overseen_queues(request)
    calendar = get_object_or_404(Calendar, pk=number)
    return _page(
        request, calendar, version_history.calendar_history(calendar, now=now_of(request)), kind="calendar"
    )


def _page(
    request: HttpRequest, owner: Policy | Calendar, history: Sequence[DatedVersion[Any]], *, kind: str
) -> HttpResponse:
    now, names = now_of(request), PlaceNames(agent_of(request))
    begun = version_history.to_begin_with(history)
    said = version_facts(begun, names, now=_time_of(begun, history, now)) if begun else {}
    context = {
        **_side_by_side(request, history, names),
        "owner": owner,
        "kind": kind,
        "history": history,
        "shown": begun,
        "facts": policy_facts.stated(said),
        "may_write": agent_of(request).is_admin,
        "now": now,
    }
    return render(request, "monitor/policies/versions.html", context)


def _side_by_side(
    request: HttpRequest, history: Sequence[DatedVersion[Any]], names: PlaceNames
) -> dict[str, Any]:
    one, other = _compared(request, history)
    if not (one and other):
        return {}
    now = now_of(request)
    first, second = (
        version_facts(version, names, now=_time_of(version, history, now)) for version in (one, other)
    )
    both = list(policy_facts.sides(first, second))
    changed, same = [side for side in both if side.differs], [side for side in both if side.is_shared]
    return {"one": one, "other": other, "changed": changed, "same": same}


def _time_of(version: Any, history: Sequence[DatedVersion[Any]], now: datetime) -> datetime:
    """Return in whose hours a version is said: when it took effect or will, and of the one in force, now."""
    in_force_now = any(one.state == "in_force" and one.version == version for one in history)
    return now if in_force_now else version.effective_at


def _compared(request: HttpRequest, history: Sequence[DatedVersion[Any]]) -> tuple[Any, Any]:
    """Return the two versions that the address names; else the newest two, the older first."""
    known = {one.version.version: one.version for one in history}
    asked = [known.get(read_number(request.GET.get(name, "")) or 0) for name in ("one", "other")]
    if all(asked):
        return asked[0], asked[1]
    newest = [one.version for one in history[:2]]
    return (newest[1], newest[0]) if len(newest) == 2 else (None, None)
