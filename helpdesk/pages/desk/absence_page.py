"""Being away: until when, what that does before it is done, coming back, and taking it back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from helpdesk.input.typed_instant import refuse_unsayable
from helpdesk.models import Absence, Agent, Queue, Ticket
from helpdesk.models.ticket import TicketQuerySet
from helpdesk.pages.frame.viewer import agent_of, now_of
from helpdesk.refusal import Refused
from helpdesk.tickets.custody import absences

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

SHOWN: Final = 50
"""So many tickets are named on each list; of more it is said that there are."""


class AbsenceForm(forms.Form):
    """Until when somebody is away, in the zone of whoever says so."""

    until = forms.DateTimeField(
        label=_("Away until"),
        validators=[refuse_unsayable],
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"required": _("Say until when.")},
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def absence(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """Show and settle whether an agent is away: oneself, or a colleague whose queue one oversees."""
    agent = _whose(request, number)
    form = AbsenceForm(request.POST if "until" in request.POST else None)
    if request.method == "POST" and _settle(request, agent, form):
        return HttpResponseRedirect(request.path)
    return render(
        request, "helpdesk/absence.html", _context(request, agent, form), status=422 if form.errors else 200
    )


def _whose(request: HttpRequest, number: int | None) -> Agent:
    """Return who is meant; a colleague of whom the viewer cannot say it is not there (404)."""
    by = agent_of(request)
    if number is None or number == by.pk:
        return by
    agent = get_object_or_404(Agent.objects.visible_to(by), pk=number, is_active=True)
    if not absences.may_say(by, of=agent):
        raise Http404
    return agent


def _settle(request: HttpRequest, agent: Agent, form: AbsenceForm) -> bool:
    """Do what the form says; false, with why on the form, where it cannot be done."""
    act = _go if "until" in request.POST else _ACTS.get(request.POST.get("act", ""), _come_back)
    if act is _go and not form.is_valid():
        return False
    try:
        with transaction.atomic():
            sentence = act(request, agent, form)
    except Refused as refused:
        form.add_error("until", str(refused)) if form.is_bound else messages.error(request, str(refused))
        return not form.is_bound
    messages.success(request, sentence)
    return True


_Act = Callable[[HttpRequest, Agent, AbsenceForm], "str | _StrPromise"]


def _go(request: HttpRequest, agent: Agent, form: AbsenceForm) -> str:
    said = absences.go_away(
        agent=agent, until=form.cleaned_data["until"], by=agent_of(request), now=now_of(request)
    )
    count = len(said.returned)
    told = ngettext(
        "Away. %(count)s ticket went back to its queue.",
        "Away. %(count)s tickets went back to their queues.",
        count,
    )
    return told % {"count": count}


def _come_back(request: HttpRequest, agent: Agent, form: AbsenceForm) -> _StrPromise:
    back = absences.come_back(agent=agent, by=agent_of(request), now=now_of(request))
    return _("Back again.") if back else _("Nobody was away.")


def _undo(request: HttpRequest, agent: Agent, form: AbsenceForm) -> str:
    count = absences.undo_absence(agent=agent, by=agent_of(request), now=now_of(request))
    told = ngettext(
        "Undone: %(count)s ticket is where it was.", "Undone: %(count)s tickets are where they were.", count
    )
    return told % {"count": count}


_ACTS: Final[dict[str, _Act]] = {"undo": _undo}


def _context(request: HttpRequest, agent: Agent, form: AbsenceForm) -> dict[str, Any]:
    by, now = agent_of(request), now_of(request)
    said = Absence.objects.lasting(now).filter(agent=agent).first()
    return {
        "agent": agent,
        "is_own": agent == by,
        "form": form,
        "said": said,
        "undoable": absences.undoable(said, now=now),
        "at_once": _first(absences.returning_at_once(agent), by),
        "later": _first(absences.returning_later(agent), by),
        "colleagues": _colleagues(by) if agent == by else [],
        "now": now,
    }


def _first(held: TicketQuerySet, by: Agent) -> list[Ticket]:
    """Return the first of what somebody holds, as far as the viewer may see it; one more than is shown."""
    seen = held.visible_to(by).select_related("store", "queue", "customer").order_by("occurred_at", "pk")
    return list(seen.distinct()[: SHOWN + 1])


def _colleagues(by: Agent) -> list[Agent]:
    """Return the people of whom the viewer can say that they are away, with until when they are."""
    overseen = Queue.objects.overseen_by(by)
    people = (
        Agent.objects.filter(is_active=True)
        if by.is_admin
        else Agent.objects.filter(is_active=True, memberships__queue__in=overseen)
    )
    return list(people.exclude(pk=by.pk).select_related("absence").distinct().order_by("name", "pk")[:200])
