"""How an agent's board opens where no address says what to show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from django.conf import settings
from django.db import models

from helpdesk.models import Agent, Queue, Store


class RememberedFilter(NamedTuple):
    """What is left of a default, as the board's address says it, and whether something has dropped out."""

    address: dict[str, str]
    has_lost: bool


class BoardDefaultQuerySet(models.QuerySet["BoardDefault"]):
    def remember(self, agent: Agent, address: Mapping[str, str]) -> None:
        """Let the agent's board open with this, and with nothing that was remembered before."""
        self.update_or_create(agent=agent, defaults={"address": dict(address)})

    def forget(self, agent: Agent) -> None:
        """Let the agent's board open as everybody's does."""
        self.filter(agent=agent).delete()

    def opening(self, agent: Agent, *, environment: str) -> RememberedFilter | None:
        """Return what the agent's board opens with, None where nothing is remembered.

        A queue that they see no more drops out, and a store that they do not see in this environment.
        """
        found = self.filter(agent=agent).values_list("address", flat=True).first()
        if found is None:
            return None
        seen: dict[str, models.QuerySet[Queue] | models.QuerySet[Store]] = {
            "queue": Queue.objects.visible_to(agent),
            "store": Store.objects.visible_to(agent).in_environment(environment),
        }
        lost = {name for name in seen.keys() & found.keys() if not seen[name].filter(pk=found[name]).exists()}
        return RememberedFilter({name: found[name] for name in found if name not in lost}, bool(lost))


class BoardDefault(models.Model):
    """What an agent's filter bar asks for by itself, as the board's address says it: theirs alone, and at most one."""

    agent = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    address = models.JSONField(default=dict)

    objects = BoardDefaultQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.agent_id)
