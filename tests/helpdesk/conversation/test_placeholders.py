"""Places in a text are filled in by plain replacement, and what is left open is found."""

from __future__ import annotations

import pytest

from helpdesk.conversation.canned.placeholders import (
    NAMES,
    SAMPLE,
    Unfilled,
    fill,
    open_places,
    refuse_unfilled,
)


def test_names_are_replaced_however_they_are_spaced() -> None:
    text = "Dear {{customer.first_name}}, order {{ order.id }} is on its way."
    assert fill(text, SAMPLE) == "Dear Jane, order 1001 is on its way."


def test_what_nothing_is_known_of_and_what_has_no_name_stays() -> None:
    text = "{{order.id}} {{customer.password}} {% load x %} {{ 7|add:1 }} {{"
    assert fill(text, {"order.id": ""}) == text


def test_what_is_put_in_is_not_read_again() -> None:
    called = {"customer.name": "{{order.id}}", "order.id": "1001"}
    assert fill("Dear {{customer.name}}", called) == "Dear {{order.id}}"


def test_all_names_but_those_of_agent_and_promise_have_a_sample() -> None:
    assert set(NAMES) - set(SAMPLE) == {"agent.name", "agent.first_name", "promise"}


@pytest.mark.parametrize(
    ("text", "open_ones"),
    [
        ("Dear {{customer.first_name}}", ["{{customer.first_name}}"]),
        ("It comes on ___.", ["___"]),
        ("_____ and {{ }}", ["_____", "{{ }}"]),
        ("{{வாடிக்கையாளர்}} ___ שלום", ["{{வாடிக்கையாளர்}}", "___"]),
        ("https://shop.example/a___b/___c snake___case __init__", []),
        ("a set {1, 2}, an empty pair {}, a__b", []),
    ],
)
def test_open_places_are_braces_and_blanks(text: str, open_ones: list[str]) -> None:
    assert [place.text for place in open_places(text)] == open_ones


def test_a_refusal_names_the_place_and_its_line() -> None:
    with pytest.raises(Unfilled) as refused:
        refuse_unfilled("Hello,\n\nsee {{order.id}} here.\nBye ___")
    assert str(refused.value) == "\u2068{{order.id}}\u2069 in line 3 is not filled in yet: nothing was sent."
    [first, second] = open_places("Hello,\n\nsee {{order.id}} here.\nBye ___")
    assert (first.before, first.after, first.line, second.line) == ("see ", " here.", 3, 4)
    refuse_unfilled("All is said.")
