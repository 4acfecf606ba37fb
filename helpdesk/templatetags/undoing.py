"""What a page offers to undo: what was done last, of all that its messages tell."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from django import template
from django.contrib.messages.storage.base import Message

register = template.Library()

MARK: Final = "undo:"
"""With it begin the extra tags of a message that offers something."""


class UndoOffer(NamedTuple):
    """What was done, where its undoing is posted, and the number of the event that it takes back, if it is one's."""

    sentence: str
    action: str
    seq: str


@register.simple_tag
def latest_offer(messages: Iterable[Message] | None) -> UndoOffer | None:
    """The latest of these messages that offers to undo something; null where none does."""
    offers = [one for one in messages or () if (one.extra_tags or "").startswith(MARK)]
    if not offers:
        return None
    action, _blank, seq = str(offers[-1].extra_tags).removeprefix(MARK).partition(" ")
    return UndoOffer(str(offers[-1].message), action, seq)
