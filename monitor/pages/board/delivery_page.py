"""How long replies take to leave: a figure of its own, for those who run the mail."""

from __future__ import annotations

from typing import Final

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from helpdesk.input import zone_name
from helpdesk.pages.frame.asked_again import asked_again
from helpdesk.pages.frame.exports.long_table import long_table
from helpdesk.search.list_narrowing import ListNarrowing, nothing
from monitor.pages.board.board_csv import period
from monitor.pages.board.board_filter_form import view_of
from monitor.pages.list_filters import read_days
from monitor.reports import delivery_lag
from monitor.reports.selection_words import days_words

FATE_WORDS: Final = {
    "leaving": gettext_lazy("still leaving"),
    "delayed": gettext_lazy("took so long that clocks ran on"),
    "refused": gettext_lazy("could not leave"),
}


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show how long the replies of the board's days took, and which took longest."""
    view = view_of(request)
    found = delivery_lag.figures(view)
    fates = [(FATE_WORDS[fate], number, fate) for fate, number in found.fates.items()]
    context = {"figures": found, "fates": fates, "view": view, "now": view.now}
    return render(request, "monitor/delivery.html", context)


@login_required
@require_safe
@asked_again
def deliveries_csv(request: HttpRequest) -> StreamingHttpResponse:
    """One row per reply of the board's days; streamed, however many there are."""
    view = view_of(request)
    pieces = delivery_lag.DeliveryPieces(view)
    return long_table(request, f"deliveries_{period(view)}", delivery_lag.HEADS, pieces)


def narrow(request: HttpRequest) -> ListNarrowing | None:
    """Keep tickets by what became of their replies (`delivery`) of the days of `zone` on which they were `sent`.

    Lists that were kept name the first of them alone: `since`.
    """
    told = request.GET
    if not (fate := told.get("delivery", "")):
        return None
    days, zone = (
        read_days(told.get("sent") or f"{told.get('since')}.."),
        zone_name.read(told.get("zone") or "UTC"),
    )
    if days is None or zone is None or fate not in FATE_WORDS:
        return nothing()
    said = _("a reply %(days)s")
    words = f"{days_words(days, zone, said)}: {FATE_WORDS[fate]}"
    return ListNarrowing(delivery_lag.with_replies(fate, days=days, zone=zone), [words])
