"""The administration's own record of edits, which keeps what a thing was called then."""

from __future__ import annotations

import json

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Value
from django.db.models.functions import Replace

from helpdesk.models import Agent


def forget_name(agent: Agent, *, called: str) -> None:
    """Let the record call the agent by number, where they were edited and where they joined or left a queue."""
    written = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Agent), object_id=str(agent.pk)
    )
    written.update(object_repr=str(agent))
    was, now = (_of_membership(name) for name in (called, str(agent)))
    named = LogEntry.objects.filter(change_message__contains=was)
    named.update(change_message=Replace("change_message", Value(was), Value(now)))


def _of_membership(name: str) -> str:
    """Return how a change message begins to name a membership: the agent, then the queue."""
    return json.dumps({"object": f"{name} · "})[1:-2]
