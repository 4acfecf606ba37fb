"""Keeping a list by name: for oneself, or for a queue that one oversees."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from helpdesk.models import Agent, Queue, SavedView
from helpdesk.refusal import Refused

MOST: Final = 20
"""Views that one agent keeps, or one queue: more are no shortcut."""


class NoOverseer(Refused):
    """Somebody shares a view with a queue that they do not oversee."""

    code = "no-overseer"
    sentence = _("Only who oversees a queue shares a view with it.")


class TooManyViews(Refused):
    """There are as many as anybody finds anything among."""

    code = "too-many-views"
    sentence = _("There are twenty views already; remove one first.")


def keep(
    *, name: str, page: str, query: str, environment: str, by: Agent, queue: Queue | None = None
) -> SavedView:
    """Keep a list; raises TooManyViews and NoOverseer."""
    if queue is not None and not Queue.objects.overseen_by(by).filter(pk=queue.pk).exists():
        raise NoOverseer
    beside = SavedView.objects.kept().filter(queue=queue)
    if (beside if queue else beside.filter(agent=by)).count() >= MOST:
        raise TooManyViews
    return SavedView.objects.create(
        name=name, page=page, query=query, environment=environment, agent=by, queue=queue
    )


def remove(*, view: SavedView, now: datetime) -> None:
    SavedView.objects.filter(pk=view.pk, removed_at=None).update(removed_at=now)


def restore(*, view: SavedView) -> None:
    SavedView.objects.filter(pk=view.pk).update(removed_at=None)


def rename(*, view: SavedView, name: str) -> None:
    SavedView.objects.filter(pk=view.pk).update(name=name)
