"""The demo's switch: stop it, start it, wipe it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from helpdesk.access import set_up_trace
from helpdesk.demo import shop
from helpdesk.demo.post import customers_mail
from helpdesk.models import DemoShop
from helpdesk.pages.frame.demo_banner import may_switch
from helpdesk.pages.frame.environment import way_back
from helpdesk.pages.frame.viewer import agent_of, now_of


@login_required
@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Stop the demo, or start it again, and go back to where that was asked."""
    _require_shop(request)
    if request.POST.get("do") == "start":
        shop.start()
        messages.success(request, _("The demo customers write again."))
    else:
        shop.stop(now=now_of(request))
        messages.success(request, _("The demo is stopped."))
    return HttpResponseRedirect(way_back(request))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest) -> HttpResponse:
    """Ask first, then delete everything that the demo shop's customers wrote."""
    _require_shop(request)
    if request.method == "POST":
        with transaction.atomic():
            set_up_trace.note_done("demo", what="wiped", by=agent_of(request))
            shop.wipe(now=now_of(request))
            customers_mail.empty_if_served()
        messages.success(request, _("The demo is wiped and stopped."))
        return HttpResponseRedirect("/")
    return render(request, "helpdesk/wipe_demo.html", {"tickets": shop.tickets().count()})


def _require_shop(request: HttpRequest) -> None:
    """For whoever may not switch the demo there is none (404)."""
    found = DemoShop.objects.select_related("store").first()
    if found is None or not may_switch(request.user, found):  # type: ignore[arg-type]  # login_required: an Agent
        raise Http404
