"""What the board's address asks for and cannot be shown, in sentences: whoever typed it is not to be misled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from monitor.pages.list_filters import read_day
from monitor.reports.board import board_address
from monitor.reports.board.board_view import MOST_DAYS, BoardView

DAYS: Final = ("from", "to")
NONE_SUCH: Final = {
    "queue": gettext_lazy("There is no such queue: every queue is shown."),
    "store": gettext_lazy("There is no such store: every store is shown."),
    "priority": gettext_lazy("There is no such priority: any is shown."),
    "topic": gettext_lazy("There is no such topic: any is shown."),
    "metric": gettext_lazy("There is no such metric: first responses are shown."),
    "days": gettext_lazy("There are no such days: the usual ones are shown."),
}
"""What is said of nonsense, by its name."""
UNSEEN: Final = {
    "queue": gettext_lazy(
        "The queue that is asked for is not there any more, or you do not see it: nothing of it is shown."
    ),
    "store": gettext_lazy(
        "The store that is asked for is not there any more, or you do not see it: nothing of it is shown."
    ),
    "topic": gettext_lazy(
        "The topic that is asked for is not there any more, or you do not see it: nothing of it is shown."
    ),
}
"""What is said of a number of something else, by what it was taken for."""


def unread(told: QueryDict, view: BoardView) -> Iterator[str]:
    """Yield what an address asks for and is not shown, each as a sentence."""
    misread = board_address.read({name: told.get(name, "") for name in board_address.NAMES}).misread
    for name in misread:
        if name not in DAYS:
            yield str(NONE_SUCH[name]) if name in NONE_SUCH else _not_understood(name)
    for name in board_address.unseen(view.filter.values, view.agent):
        yield str(UNSEEN[name])
    if any(name in misread for name in DAYS):
        yield _why_no_days(*(told.get(name, "") for name in DAYS))


def _not_understood(name: str) -> str:
    return _("What the address says of “%s” is not understood, and changes nothing.") % name


def _why_no_days(first: str, last: str) -> str:
    if not first or not last:
        return _("Days are shown from a first to a last one: one of them alone says too little.")
    if read_day(first) is None or read_day(last) is None:
        return _("There are no such days: the usual ones are shown.")
    return _("At most %d days are shown at once: the usual ones are shown.") % MOST_DAYS
