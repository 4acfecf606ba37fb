"""What stands in an address is read where it is sound, and else as nothing at all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from helpdesk.pages.frame.address import read_instant, read_number


@pytest.mark.parametrize(("text", "number"), [("7", 7), ("0", 0), ("9" * 18, 10**18 - 1)])
def test_a_number_is_read(text: str, number: int) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize("text", ["", "-1", "1.5", "x", "²", "٣", " 7", "9" * 19])
def test_what_no_id_can_be_is_no_number(text: str) -> None:
    assert read_number(text) is None


def test_an_instant_is_read_with_its_offset() -> None:
    assert read_instant("2026-03-10T09:00:00+02:00") == datetime(2026, 3, 10, 7, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "noon", "2026-03-10T09:00:00", "2026-02-30T09:00:00Z"])
def test_what_is_nowhere_on_the_line_of_time_is_no_instant(text: str) -> None:
    assert read_instant(text) is None
