"""Mail that was set aside, for admins and overseers: why, the original, and having it read again."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from helpdesk.mail.filing import second_reading
from helpdesk.models import Agent, Queue, RawMail, RawMailBytes
from helpdesk.models.mail.raw_mail import RawMailQuerySet
from helpdesk.pages.frame import environment
from helpdesk.pages.frame.address import page_before
from helpdesk.pages.frame.viewer import agent_of, now_of

PAGE_SIZE: Final = 30


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the mail of the environment that was set aside, the newest first."""
    aside = _overseen(agent_of(request)).set_aside().whole().select_related("store")
    aside = aside.filter(store__environment=environment.current(request))
    shown, older = page_before(request.GET, aside, size=PAGE_SIZE)
    return render(request, "helpdesk/set_aside_mail.html", {"mails": shown, "older": older})


@login_required
@require_POST
def read_again(request: HttpRequest, number: int) -> HttpResponse:
    """Have a mail read again."""
    mail = get_object_or_404(_overseen(agent_of(request)), pk=number)
    with transaction.atomic():
        asked = second_reading.ask(mail, now=now_of(request))
    told = _("It is read again within seconds.") if asked else _("It is not set aside any more.")
    messages.success(request, told)
    return HttpResponseRedirect(reverse("set-aside-mail"))


@login_required
@require_safe
def original(request: HttpRequest, number: int) -> HttpResponse:
    """Give out a mail as it came, to be saved: no browser is to look into it."""
    mail = get_object_or_404(_overseen(agent_of(request)), pk=number)
    kept = RawMailBytes.objects.filter(mail=mail).first()
    if kept is None:
        raise Http404
    answer = HttpResponse(bytes(kept.raw), content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = f'attachment; filename="mail-{mail.pk}.eml"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _overseen(agent: Agent) -> RawMailQuerySet:
    """Return the mail that the agent oversees; raises PermissionDenied where they oversee nothing."""
    if not (agent.is_admin or Queue.objects.overseen_by(agent).exists()):
        raise PermissionDenied
    return RawMail.objects.overseen_by(agent)
