"""Which stores the pages speak of: live, test or demo; switched by hand and never by itself."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from helpdesk.access import peer, security_log
from helpdesk.models import Environment, Store
from helpdesk.models import SecurityEventKind as Kind
from helpdesk.pages.frame.viewer import agent_of

SESSION_KEY = "environment"
BY_RANK = (Environment.LIVE, Environment.DEMO, Environment.TEST)


def current(request: HttpRequest) -> str:
    """Return the viewer's environment: their choice, else live, else demo, else test, as there are stores.

    What was shown first is kept, so that a first live store does not change the pages under anybody.
    """
    chosen = request.session.get(SESSION_KEY)
    if chosen not in Environment.values:
        chosen = request.session[SESSION_KEY] = _at_first()
    return str(chosen)


def asked_elsewhere(request: HttpRequest) -> Environment | None:
    """Return which other environment an address speaks of: one that a program was told says so."""
    asked = request.GET.get(SESSION_KEY)
    return Environment(asked) if asked in Environment.values and asked != current(request) else None


def _at_first() -> str:
    existing = set(Store.objects.values_list("environment", flat=True).distinct())
    return next((each for each in BY_RANK if each in existing), Environment.LIVE)


@login_required
@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Change the environment that the pages show, and go back to where that was asked."""
    wanted = request.POST.get("environment")
    if wanted in Environment.values and wanted != current(request):
        facts = {"before": current(request), "environment": wanted}
        security_log.record(
            Kind.ENVIRONMENT_SWITCHED, actor=agent_of(request), address=peer.address_of(request), **facts
        )
        request.session[SESSION_KEY] = wanted
    return HttpResponseRedirect(way_back(request))


def way_back(request: HttpRequest, otherwise: str = "/") -> str:
    """Return the posted `next` where it stays on this site, else the page named."""
    target = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return target
    return otherwise
