"""Who listens to a stream, and what they may hear of: asked as it begins, and each minute from then on."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest

from helpdesk.models import Agent, Queue


@dataclass(frozen=True, slots=True)
class StreamViewer:
    """An agent who is logged in, and the queues that they may see; null for all of them."""

    agent_id: int
    queues: frozenset[int] | None

    def sees(self, queues: frozenset[int]) -> frozenset[int]:
        """Return those of the queues that they may see."""
        return queues if self.queues is None else queues & self.queues


def viewer_of(session_key: str) -> StreamViewer | None:
    """Return who is logged in by this session now; null where that is nobody any more.

    As for a page: the session is there, its password is still theirs, and they may log in.
    """
    request = HttpRequest()
    store: Any = import_module(settings.SESSION_ENGINE)
    request.session = store.SessionStore(session_key)
    agent = get_user(request)
    if not isinstance(agent, Agent):
        return None
    if agent.is_admin:
        return StreamViewer(agent.pk, None)
    theirs = Queue.objects.visible_to(agent).values_list("pk", flat=True)
    return StreamViewer(agent.pk, frozenset(theirs))
