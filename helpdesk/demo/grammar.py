"""Making conversations of topics, products and people, without saying the same thing twice for a long time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import count, cycle
from random import Random
from typing import TypeVar

from helpdesk.demo.topic import Language, Script, Topic

Dealt = TypeVar("Dealt")

OF_TEN_CUSTOMERS_ARE_VIPS = 1
DAYS_WAITED = range(3, 10)
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
    """Yield conversations for ever; a subject or a customer comes again when all others have had their turn."""
    people = _dealt(language.names[half::2], rng)
    matters = cycle(_matters(language, half, rng))
    for person, (topic, product) in zip(people, matters, strict=True):
        order = next(orders)
        words = _words(person, product, order, rng)
        yield _script(language, topic.about(words), person, order, rng)


def _matters(language: Language, half: int, rng: Random) -> Iterator[tuple[Topic, tuple[str, str]]]:
    """Yield topics with products, each topic once in a round; a half is the fields of one colour of a chess board."""
    topics, products = language.topics, language.products
    wares = [rng.sample(products[(row + half) % 2 :: 2], len(products) // 2) for row in range(len(topics))]
    for turn in range(len(products) // 2):
        for row in rng.sample(range(len(topics)), len(topics)):
            yield topics[row], wares[row][turn]


def numbers(first: int) -> Iterator[int]:
    """Yield the numbers of orders from the first on; not every order makes somebody write."""
    return count(first, 7)


def fill(text: str, name: str) -> str:
    """Put the customer's name into what is said to them."""
    return text.replace("{name}", name)


def _dealt(items: Sequence[Dealt], rng: Random) -> Iterator[Dealt]:
    return cycle(rng.sample(items, len(items)))


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
