"""The security log, for admins: who did what to doors and rights, newest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from helpdesk.input.id_text import read_number
from helpdesk.models import Agent, Customer, Environment, Queue, Role, SecurityEvent, SecurityEventKind, Store
from helpdesk.pages.frame.permission import admins_only
from helpdesk.pages.frame.viewer import now_of

PAGE_SIZE: Final = 100

NAMED: Final[dict[str, tuple[Any, type[Any]]]] = {
    "agent": (_("agent"), Agent),
    "store": (_("store"), Store),
    "customer": (_("customer"), Customer),
    "queue": (_("queue"), Queue),
}
"""Facts that are numbers of something, and of what."""

CODES: Final[dict[str, tuple[Any, dict[str, Any]]]] = {
    "role": (_("as"), dict(Role.choices)),
    "before": (_("from"), dict(Environment.choices)),
    "environment": (_("to"), dict(Environment.choices)),
}
PLAIN: Final[dict[str, Any]] = {
    "key": _("key"),
    "scopes": _("scopes"),
    "what": _("what"),
    "number": _("number"),
    "version": _("version"),
    "fields": _("fields"),
    "invitation": _("invitation"),
    "admin": _("admin"),
    "active": _("active"),
    "user": _("at the server, as"),
}


@dataclass(frozen=True, slots=True)
class SecurityLine:
    """An event, and its facts in words."""

    event: SecurityEvent
    facts: list[tuple[Any, str]]


@login_required
@admins_only
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """List what the address asks for: one kind, one agent, or everything."""
    events = SecurityEvent.objects.select_related("actor").order_by("-id")
    kind, agent = request.GET.get("kind", ""), read_number(request.GET.get("agent", ""))
    if kind in SecurityEventKind.values:
        events = events.filter(kind=kind)
    if agent is not None:
        events = events.filter(actor=agent)
    if before := read_number(request.GET.get("before", "")):
        events = events.filter(pk__lt=before)
    shown = list(events[: PAGE_SIZE + 1])
    context = {
        "lines": _lines(shown[:PAGE_SIZE]),
        "older": _older(request, shown),
        "kinds": SecurityEventKind.choices,
        "kind": kind,
        "now": now_of(request),
    }
    return render(request, "helpdesk/security.html", context)


def _lines(events: list[SecurityEvent]) -> list[SecurityLine]:
    names = {fact: _names(fact, model, events) for fact, (_label, model) in NAMED.items()}
    return [SecurityLine(event, list(_told(event.facts, names))) for event in events]


def _names(fact: str, model: type[Any], events: Iterable[SecurityEvent]) -> dict[int, str]:
    numbers = {event.facts[fact] for event in events if event.facts.get(fact)}
    return {each.pk: str(each) for each in model.objects.filter(pk__in=numbers)}


def _told(facts: dict[str, Any], names: dict[str, dict[int, str]]) -> Iterator[tuple[Any, str]]:
    for fact, value in facts.items():
        if value is None:
            continue
        if fact in NAMED:
            yield NAMED[fact][0], names[fact].get(value, f"#{value}")
        elif fact in CODES:
            yield CODES[fact][0], str(CODES[fact][1].get(value, value))
        else:
            told = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            yield PLAIN.get(fact, fact), told


def _older(request: HttpRequest, shown: list[SecurityEvent]) -> str:
    """Return the address of the next page, nothing where this is the last."""
    if len(shown) <= PAGE_SIZE:
        return ""
    onward = request.GET.copy()
    onward["before"] = str(shown[PAGE_SIZE - 1].pk)
    return onward.urlencode()
