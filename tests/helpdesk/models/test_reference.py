"""References can be read out, typed in, and never name two tickets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.models.reference import ALPHABET, SPACE, OutOfReferences, parse, reference_of

ids = st.integers(min_value=1, max_value=SPACE - 1)


def test_a_reference_is_short_and_says_that_it_is_one() -> None:
    assert reference_of(1).startswith("T-")
    assert len(reference_of(SPACE - 1)) == 9


def test_the_first_hundred_thousand_tickets_have_as_many_references() -> None:
    assert len({reference_of(ticket_id) for ticket_id in range(1, 100_001)}) == 100_000


@given(ids, ids)
def test_two_ids_never_share_a_reference(one: int, other: int) -> None:
    assert (reference_of(one) == reference_of(other)) == (one == other)


def test_neighbours_do_not_look_alike() -> None:
    first, second = reference_of(1000), reference_of(1001)

    assert sum(a != b for a, b in zip(first, second, strict=True)) > 3


@given(ids)
def test_a_reference_is_understood_however_it_is_typed(ticket_id: int) -> None:
    reference = reference_of(ticket_id)
    code = reference[2:]

    assert parse(reference) == reference
    assert parse(reference.lower()) == reference
    assert parse(f"  t {code[:3].lower()} {code[3:]} ") == reference
    assert parse(code.replace("0", "O").replace("1", "l")) == reference


@pytest.mark.parametrize("text", ["", "T-", "T-123", "T-12345678", "T-1234U67", "T-12345é7", "٣٤٥٦٧٨٩"])
def test_what_cannot_be_a_reference_is_none(text: str) -> None:
    assert parse(text) is None


def test_the_alphabet_leaves_out_what_is_misread() -> None:
    assert not set("ILOU") & set(ALPHABET)


@pytest.mark.parametrize("ticket_id", [0, -1, SPACE])
def test_an_id_that_does_not_fit_is_refused(ticket_id: int) -> None:
    with pytest.raises(OutOfReferences):
        reference_of(ticket_id)
