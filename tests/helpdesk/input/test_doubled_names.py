"""A name that stands twice in an object of JSON is found, wherever it stands."""

from __future__ import annotations

import pytest

from helpdesk.input.doubled_names import DoubledName, refuse_doubled_names


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('{"a": 1, "a": 1}', "a"),
        ('{"a": {"b": 1, "c": 2, "b": 3}}', "b"),
        ('[{"a": 1}, {"c": [{"d": 1, "d": null}]}]', "d"),
        ('{"\\u0061": 1, "a": 2}', "a"),
        (b'{"mon": [], "mon": []}', "mon"),
    ],
)
def test_it_is_refused_by_its_name(text: str | bytes, name: str) -> None:
    with pytest.raises(DoubledName, match=f"“{name}” stands twice in the same object"):
        refuse_doubled_names(text)


@pytest.mark.parametrize(
    "text",
    [
        '{"a": {"a": 1}, "b": {"a": 1}}',
        '[{"a": 1}, {"a": 1}]',
        '{"a": 1, "A": 2}',
        "7",
        "",
        "{",
        "[" * 100_000,
        b"\xff",
    ],
)
def test_anything_else_is_somebody_elses(text: str | bytes) -> None:
    refuse_doubled_names(text)
