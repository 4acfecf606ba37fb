"""What is held since the database was put back or copied, and letting it go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from helpdesk.access import set_up_trace
from helpdesk.mail.leaving import copied_replies
from helpdesk.outbox import channel, copied_database
from helpdesk.pages.frame.permission import admins_only
from helpdesk.pages.frame.viewer import agent_of, now_of

MOST_SHOWN: Final = 200
"""Each reply that waits has an address of its own."""


@login_required
@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def hold(request: HttpRequest) -> HttpResponse:
    """Show by address what waits; let it leave, or give up what waited at that time already."""
    if request.method == "POST":
        with transaction.atomic():
            set_up_trace.note_done("hold", what="released", by=agent_of(request))
            copied_replies.release(give_up=request.POST.get("what") == "given-up", now=now_of(request))
        messages.success(request, _("What is to be told leaves again."))
        return HttpResponseRedirect(reverse("hold"))
    shown, others = _addresses()
    context = {
        "since": copied_database.held_since(),
        "addresses": shown,
        "others": others,
        "now": now_of(request),
    }
    return render(request, "helpdesk/hold.html", context)


def _addresses() -> tuple[list[dict[str, Any]], int]:
    """Return who is waited for the longest: who that is, how much, since when; and how many others there are."""
    found = copied_database.held_back().values("address__channel", "address__key")
    by_address = found.annotate(deliveries=Count("pk"), oldest=Min("opened_at")).order_by("oldest")
    shown: list[dict[str, Any]] = [dict(address) for address in by_address[:MOST_SHOWN]]
    whom = _whom((address["address__channel"], address["address__key"]) for address in shown)
    for address in shown:
        address["whom"] = whom[address["address__channel"], address["address__key"]]
    return shown, by_address.count() - len(shown)


def _whom(addresses: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
    keys: dict[str, list[int]] = defaultdict(list)
    for name, key in addresses:
        keys[name].append(key)
    return {
        (name, key): whom
        for name, theirs in keys.items()
        for key, whom in channel.named(name).whom(theirs).items()
    }
