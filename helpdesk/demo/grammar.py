"""Making conversations of topics, products and people, without saying the same thing twice for a long time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

from helpdesk.demo.topic import Language, Script, Topic

Dealt = TypeVar("Dealt")

OF_TEN_CUSTOMERS_ARE_VIPS = 1
DAYS_WAITED = range(3, 10)
NAMESAKES_APART = 3
PAST, LIVE = 0, 1
"""Which half of the people and matters: who has just been read of in the past does not write now."""


def mixed(
    languages: Sequence[tuple[Language, int]], *, half: int, rng: Random, orders: Iterator[int]
) -> Iterator[tuple[Language, Script]]:
    """Yield conversations for ever, in languages that are drawn by their weight."""
    talks = [(language, scripts(language, half=half, rng=rng, orders=orders)) for language, _ in languages]
    weights = [weight for _, weight in languages]
    while True:
        language, talk = rng.choices(talks, weights=weights)[0]
        yield language, next(talk)


def scripts(language: Language, *, half: int, rng: Random, orders: Iterator[int]) -> Iterator[Script]:
    """Yield conversations for ever; a subject or a customer comes again only after most others have had a turn."""
    people = _people(language.names[half::2], rng)
    matters = _matters(language, half, rng)
    for person, (topic, product) in zip(people, matters, strict=True):
        order = next(orders)
        words = _words(person, product, order, rng)
        yield _script(language, topic.about(words), person, order, rng)


def _people(names: Sequence[tuple[str, str]], rng: Random) -> Iterator[tuple[str, str]]:
    """Yield people for ever, none of whom shares a part of the name with those just before."""
    lately: deque[str] = deque(maxlen=NAMESAKES_APART)
    rested = Rested(names, rng)
    while True:
        person = rested.draw(lambda one: not any(set(one[0].split()) & set(name.split()) for name in lately))
        lately.append(person[0])
        yield person


def _matters(language: Language, half: int, rng: Random) -> Iterator[tuple[Topic, tuple[str, str]]]:
    """Yield topics with products for ever; a half is the fields of one colour of a chess board."""
    rows = Rested(range(len(language.topics)), rng)
    wares = [Rested(language.products[(row + half) % 2 :: 2], rng) for row in range(len(language.topics))]
    while True:
        row = rows.draw()
        yield language.topics[row], wares[row].draw()


class Rested(Generic[Dealt]):
    """Things drawn again and again in no order that repeats: always one of the quarter that has rested longest."""

    def __init__(self, things: Sequence[Dealt], rng: Random) -> None:
        self.things = rng.sample(things, len(things))
        self.rng = rng

    def draw(self, fits: Callable[[Dealt], bool] = lambda _thing: True) -> Dealt:
        """Return a rested thing, one that fits if any does."""
        rested = self.things[: max(2, len(self.things) // 4)]
        thing = self.rng.choice([each for each in rested if fits(each)] or rested)
        self.things.remove(thing)
        self.things.append(thing)
        return thing


def numbers(first: int, rng: Random) -> Iterator[int]:
    """Yield the numbers of orders from the first on; not every order makes somebody write."""
    return accumulate(iter(lambda: rng.randint(1, 9), 0), initial=first)


def fill(text: str, name: str) -> str:
    """Put the customer's name into what is said to them."""
    return text.replace("{name}", name)


def _words(
    person: tuple[str, str], product: tuple[str, str], order: int, rng: Random
) -> dict[str, str | int]:
    _whole_name, called = person
    bare, definite = product
    days = rng.choice(DAYS_WAITED)
    return {"name": called, "product": bare, "the_product": definite, "order": order, "days": days}


def _script(language: Language, topic: Topic, person: tuple[str, str], order: int, rng: Random) -> Script:
    whole_name, called = person
    return Script(
        language=language.code,
        name=whole_name,
        tier="vip" if rng.randrange(10) < OF_TEN_CUSTOMERS_ARE_VIPS else "",
        order=str(order),
        called=called,
        **asdict(topic),
    )
