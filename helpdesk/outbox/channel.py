"""What the outbox knows of a channel, and what an attempt can come to.

A channel is a name that `settings.OUTBOX_CHANNELS` leads to a `Channel`: the outbox imports none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True)
class Parcel:
    """What a channel is to send: the numbers of things, whose state it reads itself, and who has it already.

    The message's id is the same over all attempts.
    """

    message_id: str
    key: int
    items: tuple[tuple[str, int], ...]
    reached: frozenset[str]

    def numbers(self, kind: str) -> list[int]:
        return [number for its_kind, number in self.items if its_kind == kind]


@dataclass(frozen=True, slots=True)
class Sent:
    """It left, for these recipients.

    `missed` says of each of the others, if there are any, why they were not reached: they are tried again, and
    `why` says so without naming anybody. `remark` is what else whoever looks at the delivery is to know.
    """

    reached: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    why: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Needless:
    """Nothing of it is left to be told, or nobody is left who has not got it."""


def legible(why: str) -> str:
    """Return what can be kept of a failure's words: strangers have a say in them, and PostgreSQL keeps no NUL."""
    return why.replace("\0", "")


class AttemptFailed(Exception):
    """An attempt failed; raised by channels. `not_before` is when the receiver wants to be asked again.

    `missed` says of each recipient by name why they were not reached; the message itself names nobody. `words` are
    the receiver's own, which may name people: the outbox keeps none of them.
    """

    def __init__(
        self, why: str, *, not_before: datetime | None = None, missed: Iterable[str] = (), words: str = ""
    ) -> None:
        super().__init__(legible(why))
        self.not_before = not_before
        self.missed = tuple(missed)
        self.words = legible(words)


class MessageRefused(AttemptFailed):
    """It concerns this message, and counts towards giving it up; `for_good`: no later attempt can do better."""

    def __init__(self, why: str, *, for_good: bool = False, **told: Any) -> None:
        super().__init__(why, **told)
        self.for_good = for_good


class NobodyThere(AttemptFailed):
    """There is nobody to be told; counts towards giving it up, since somebody may come, and nothing was sent."""


class WayOutDown(AttemptFailed):
    """It concerns all that leaves by the same way, and does not count.

    `unsent` says that nothing of the message can have reached anybody, so that it may still grow; `may_have_arrived`,
    that it was being handed over: then it counts all the same, for nobody is to get it without end.
    """

    def __init__(
        self,
        why: str,
        *,
        not_before: datetime | None = None,
        unsent: bool = False,
        may_have_arrived: bool = False,
        words: str = "",
    ) -> None:
        super().__init__(why, not_before=not_before, words=words)
        self.unsent, self.may_have_arrived = unsent, may_have_arrived


class AddressGone(AttemptFailed):
    """Nothing is ever to be sent to this address again."""


class Misdirected(AttemptFailed):
    """Some of it concerns other addresses of the channel by now: numbers of a kind, by key. Nothing was sent."""

    def __init__(self, kind: str, elsewhere: Mapping[int, Sequence[int]]) -> None:
        super().__init__("it concerns another address by now")
        self.kind, self.elsewhere = kind, elsewhere


def _by_number(keys: Collection[int]) -> Mapping[int, str]:
    return {key: str(key) for key in keys}


def named_each(sentence: str, known: Mapping[int, Any], keys: Collection[int]) -> dict[int, str]:
    """Say the sentence of what is known of each key; of what is gone, of its number."""
    return {key: sentence % known.get(key, key) for key in keys}


@dataclass(frozen=True, slots=True)
class Channel:
    """A way of telling.

    `pace` is the time from one sending to an address to the next. `way_out(key)` names what a sending leaves
    by, None where there is nowhere to go. `send(parcel, now=…)` sends what is true at that moment to whom it
    concerns at that moment, within `DEADLINE`; raises `AttemptFailed`. `whom(keys)` says to people who each of many is.
    """

    pace: timedelta
    way_out: Callable[[int], str | None]
    send: Callable[..., Sent | Needless]
    whom: Callable[[Collection[int]], Mapping[int, str]] = _by_number


def named(name: str) -> Channel:
    """Return a channel by its name; raises KeyError for one that no setting names."""
    channel: Any = import_string(settings.OUTBOX_CHANNELS[name])
    assert isinstance(channel, Channel)  # noqa: S101  # a setting that names something else
    return channel
