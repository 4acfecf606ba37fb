"""Remembering what an agent's board opens with, and forgetting it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from helpdesk.pages.frame.viewer import agent_of
from monitor.models import BoardDefault
from monitor.pages.board.board_filter_form import filter_of
from monitor.reports.board.board_view import BoardFilter, BoardView


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardOpening:
    """What the board opens with, as far as the agent still sees it, beside what is shown.

    Of days that are named nothing is remembered: they pass.
    """

    shown: BoardFilter
    remembered: dict[str, str] | None = None
    has_lost: bool = False

    @property
    def is_remembered(self) -> bool:
        return self.remembered is not None

    @property
    def address(self) -> str:
        """Return the query for what is remembered."""
        return urlencode(self.remembered or {})

    @property
    def is_shown(self) -> bool:
        return self.shown.whole_address == self.remembered

    @property
    def can_be_remembered(self) -> bool:
        lasting = _lasting(self.shown)
        return bool(lasting) and lasting != self.remembered


def opening_of(view: BoardView) -> BoardOpening:
    """Return what the board of whoever looks opens with."""
    found = BoardDefault.objects.opening(view.agent, environment=view.environment)
    if found is None:
        return BoardOpening(shown=view.filter)
    left = filter_of(QueryDict(urlencode(found.address)))
    return BoardOpening(shown=view.filter, remembered=_lasting(left), has_lost=found.has_lost)


def _lasting(asked: BoardFilter) -> dict[str, str]:
    """Return what is remembered of a filter."""
    return asked.over(asked.days).whole_address


@login_required
@require_POST
def index(request: HttpRequest) -> HttpResponse:
    """Remember what is shown, or forget what was remembered; the board goes on with what is shown."""
    told = QueryDict(request.POST.get("address", "")[:1000])
    shown = filter_of(told)
    with transaction.atomic():
        said = _settle(request, shown)
    messages.success(request, said)
    onward = urlencode(shown.whole_address or {"days": shown.days})
    return HttpResponseRedirect(f"{reverse('board')}?{onward}")


def _settle(request: HttpRequest, shown: BoardFilter) -> str:
    """Do as is asked, and return it in words."""
    if request.POST.get("what") == "forget":
        BoardDefault.objects.forget(agent_of(request))
        return _("Forgotten.")
    BoardDefault.objects.remember(agent_of(request), _lasting(shown))
    return _("Remembered: your board opens with this.")
