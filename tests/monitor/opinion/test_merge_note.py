"""Notes that other helpdesks write into merged tickets, and what they tell."""

from __future__ import annotations

import pytest

from monitor.opinion.foreign_ticket import Aside
from monitor.opinion.merge_note import merge_told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('This request was closed and merged into request #123 "My parcel".', Aside.MERGED_AWAY),
        ("This ticket is closed and merged into ticket 20", Aside.MERGED_AWAY),
        ('Request #122 "My parcel" was closed and merged into this request.', Aside.MERGED_HERE),
        ("Merged from ticket 21\n\nSubject: My parcel", Aside.MERGED_HERE),
        ("My two parcels were merged into one", None),
        ("It was merged into this request", None),
        ("", None),
        (None, None),
        (5, None),
    ],
)
def test_a_note_tells_which_end_of_a_merge_it_stands_at(text: object, told: Aside | None) -> None:
    assert merge_told(text) is told


def test_a_long_text_is_looked_at_no_further_than_its_beginning() -> None:
    assert merge_told("#1 " * 10**6 + "merged into ticket 5") is None
