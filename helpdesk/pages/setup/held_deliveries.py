"""What is held since the database was put back or copied, and letting it go."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

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
    context = {"since": copied_database.held_since(), "addresses": list(_addresses()), "now": now_of(request)}
    return render(request, "helpdesk/hold.html", context)


def _addresses() -> Iterator[dict[str, Any]]:
    """Return for each address that something waited for who that is, how much, and since when."""
    by_address = copied_database.held_back().values("address__channel", "address__key")
    for found in by_address.annotate(deliveries=Count("pk"), oldest=Min("opened_at")).order_by("oldest"):
        whom = channel.named(found["address__channel"]).whom(found["address__key"])
        yield {"whom": whom, "deliveries": found["deliveries"], "oldest": found["oldest"]}
