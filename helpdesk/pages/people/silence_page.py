"""Silence in a queue: which tickets it would meet is shown first, then it is switched on, or off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from helpdesk.access import set_up_trace
from helpdesk.input.id_text import read_number
from helpdesk.mail.silences import silent_tickets
from helpdesk.mail.silences.silent_tickets import SilenceRule
from helpdesk.models import Queue, Ticket
from helpdesk.pages.frame import environment
from helpdesk.pages.frame.permission import admins_only
from helpdesk.pages.frame.viewer import agent_of, now_of

COUNTED: Final = 99
SHOWN: Final = 20
MOST_DAYS: Final = 60
USUAL: Final = SilenceRule(5, 5)

_FIELDS: Final = ("silence_reminds_after_days", "silence_resolves_after_days")

Found = Callable[..., list[Ticket]]


@login_required
@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def silence(request: HttpRequest, number: int) -> HttpResponse:
    """Show which tickets would be met after so many days; POST switches it on for those days, or off."""
    queue = get_object_or_404(Queue, pk=number)
    if request.method == "POST" and request.POST.get("wanted") == "off":
        return _settle(request, queue, None)
    typed = request.POST if request.method == "POST" else request.GET
    if "reminds_after" not in typed:
        return _page(request, queue, None)
    rule = _read(typed)
    if rule is None or request.method != "POST":
        return _page(request, queue, rule, typed=typed)
    return _settle(request, queue, rule)


def _read(typed: QueryDict) -> SilenceRule | None:
    """Return what was typed; null where it is no number of days that can be."""
    reminds, resolves = (
        read_number(typed.get(name, "")) or 0 for name in ("reminds_after", "resolves_after")
    )
    can_be = 1 <= reminds <= MOST_DAYS and 1 <= resolves <= MOST_DAYS
    return SilenceRule(reminds, resolves) if can_be else None


def _settle(request: HttpRequest, queue: Queue, rule: SilenceRule | None) -> HttpResponse:
    wanted = (rule.reminds_after, rule.resolves_after) if rule else (None, None)
    with transaction.atomic():
        others = Queue.objects.filter(pk=queue.pk).exclude(**dict(zip(_FIELDS, wanted, strict=True)))
        changed = others.update(**dict(zip(_FIELDS, wanted, strict=True)))
        if changed:
            set_up_trace.note_saved(queue, _FIELDS, (), by=agent_of(request))
    messages.success(request, _("Saved.") if changed else _("Nothing changed."))
    return HttpResponseRedirect(reverse("queue-silence", args=[queue.pk]))


def _page(
    request: HttpRequest, queue: Queue, rule: SilenceRule | None, *, typed: QueryDict | None = None
) -> HttpResponse:
    is_refused = typed is not None and rule is None
    kept = SilenceRule.of(queue) or USUAL
    context = {
        "queue": queue,
        "rule": rule,
        "typed": typed if typed is not None else asdict(kept),
        "most_days": MOST_DAYS,
        "is_refused": is_refused,
        "stores": silent_tickets.stores_that_remind(),
        "resolved": _resolved(request, queue),
        "meets": _meets(queue, rule, now=now_of(request)) if rule else None,
    }
    return render(request, "helpdesk/queue_silence.html", context, status=422 if is_refused else 200)


def _resolved(request: HttpRequest, queue: Queue) -> str:
    """Return how many it has resolved that rest since, as far as they are counted; nothing where there is none.

    Counted is what the list behind it shows.
    """
    shown = Ticket.objects.visible_to(agent_of(request)).in_environment(environment.current(request))
    number = shown.filter(silent_tickets.resolved_by_silence(), queue=queue)[: COUNTED + 1].count()
    return _counted(number) if number else ""


def _counted(number: int) -> str:
    return str(number) if number <= COUNTED else f"{COUNTED}+"


def _meets(queue: Queue, rule: SilenceRule, *, now: datetime) -> list[dict[str, Any]]:
    """Return the tickets that would be met now: how many, as far as they are counted, and the first of them."""
    return [
        {"act": "remind"} | _some(silent_tickets.to_remind, queue, rule, now),
        {"act": "resolve"} | _some(silent_tickets.to_resolve, queue, rule, now),
    ]


def _some(found: Found, queue: Queue, rule: SilenceRule, now: datetime) -> dict[str, Any]:
    tickets = found(queue, rule, now=now, limit=COUNTED + 1)
    return {"count": _counted(len(tickets)), "tickets": tickets[:SHOWN], "are_more": len(tickets) > SHOWN}
