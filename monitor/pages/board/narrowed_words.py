"""What the board is narrowed to, in words: a verdict on a part must not be read as one on all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.models import Priority, Queue, Store, StoreTopic
from monitor.reports.board.board_view import BoardView
from monitor.reports.rollup.ticket_share import NO_TOPIC

LABELS: Final[Mapping[str, object]] = {
    "queue": gettext_lazy("Queue"),
    "store": gettext_lazy("Store"),
    "priority": gettext_lazy("Priority"),
    "tier": gettext_lazy("Tier"),
    "topic": gettext_lazy("Topic"),
    "channel": gettext_lazy("Channel"),
    "language": gettext_lazy("Language"),
}
_NAMED: Final[Mapping[str, type[Queue | Store | StoreTopic]]] = {
    "queue": Queue,
    "store": Store,
    "topic": StoreTopic,
}


def narrowed_words(view: BoardView) -> list[tuple[object, object]]:
    """Return each thing that tickets are narrowed by, and to what: "Queue", "Returns"; nothing where all are meant."""
    values = view.filter.values.items()
    return [(LABELS[name], _named(view, name, value) or value or _("none")) for name, value in values]


def _named(view: BoardView, name: str, value: str | int) -> object:
    """Return what it is called, of what the agent may see; nothing where its value is its name."""
    if name == "priority":
        return Priority(str(value)).label
    if (name, value) == ("topic", NO_TOPIC):
        return _("none")
    model = _NAMED.get(name)
    if model is None:
        return None
    return model.objects.visible_to(view.agent).filter(pk=value).values_list("name", flat=True).first()
