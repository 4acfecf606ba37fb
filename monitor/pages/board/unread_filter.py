"""What the board's address asks for and cannot be shown, in sentences: whoever typed it is not to be misled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from monitor.pages.list_filters import read_day
from monitor.reports.board.board_view import MOST_DAYS, BoardView

NONE_SUCH: Final = {
    "queue": gettext_lazy("There is no such queue: every queue is shown."),
    "store": gettext_lazy("There is no such store: every store is shown."),
    "priority": gettext_lazy("There is no such priority: any is shown."),
    "topic": gettext_lazy("There is no such topic: any is shown."),
}


def unread(told: QueryDict, view: BoardView) -> Iterator[str]:
    """Yield what an address asks for and is not shown, each as a sentence."""
    for name, sentence in NONE_SUCH.items():
        if told.get(name) and name not in view.filter.values:
            yield str(sentence)
    if view.queue_id is not None and not view.queues:
        yield _(
            "The queue that is asked for is not there any more, or you do not see it: nothing of it is shown."
        )
    first, last = told.get("from", ""), told.get("to", "")
    if (first or last) and view.filter.span is None:
        yield _why_no_days(first, last)


def _why_no_days(first: str, last: str) -> str:
    if not first or not last:
        return _("Days are shown from a first to a last one: one of them alone says too little.")
    if read_day(first) is None or read_day(last) is None:
        return _("There are no such days: the usual ones are shown.")
    return _("At most %d days are shown at once: the usual ones are shown.") % MOST_DAYS
