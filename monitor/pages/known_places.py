"""The queues, or stores, that a viewer sees: those alone are named; of the others it is said how many there are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

from django.utils.translation import ngettext

from helpdesk.input.digit_groups import grouped
from helpdesk.models import Agent, Queue, Store


class ToldPlaces(NamedTuple):
    """Some queues, or stores: those that the viewer sees by name, and how many others."""

    names: list[str]
    others: int


@dataclass(frozen=True, slots=True)
class KnownPlaces:
    """What the queues, or the stores, that a viewer sees are called, and which others there are."""

    names: dict[int, str]
    others: frozenset[int]

    @classmethod
    def of(cls, places: type[Queue | Store], *, viewer: Agent) -> Self:
        names = dict(places.objects.visible_to(viewer).values_list("pk", "name"))
        return cls(names, frozenset(places.objects.values_list("pk", flat=True)) - names.keys())

    def told(self, numbers: Iterable[int] | None) -> ToldPlaces:
        """Tell of those that there are."""
        asked = list(numbers or ())
        return ToldPlaces(
            [self.names[pk] for pk in asked if pk in self.names], len(self.others.intersection(asked))
        )


def others_words(number: int, *, beside: bool) -> str:
    """Say how many there are that are not named, `beside` such as are."""
    facts: dict[str, Any] = {"number": grouped(number)}
    if beside:
        return ngettext("and %(number)s other", "and %(number)s others", number) % facts
    return ngettext("%(number)s that you do not see", "%(number)s that you do not see", number) % facts
