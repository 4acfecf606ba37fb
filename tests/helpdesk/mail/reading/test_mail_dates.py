"""When a mail says that it was written."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from helpdesk.mail.reading.headers.mail_dates import instant_of, passed_on_at


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("Fri, 6 Mar 2026 15:30:00 +0530", datetime(2026, 3, 6, 10, 0, tzinfo=UTC)),
        ("6 Mar 2026 10:00 GMT", datetime(2026, 3, 6, 10, 0, tzinfo=UTC)),
        ("Fri, 6 Mar 2026 05:00:00 EST (winter)", datetime(2026, 3, 6, 10, 0, tzinfo=UTC)),
        ("21 Nov 97 09:55:06 GMT", datetime(1997, 11, 21, 9, 55, 6, tzinfo=UTC)),
        ("Fri, 6 Mar 2026 10:00:60 +0000", datetime(2026, 3, 6, 10, 0, 59, tzinfo=UTC)),
        ("Mon, 30 Jun 3609 15:33:50 +0600", datetime(3609, 6, 30, 9, 33, 50, tzinfo=UTC)),
        ("Fri, 6 Mar 2026 10:00:00", datetime(2026, 3, 6, 10, 0, tzinfo=UTC)),
        ("Fri, 6 Mar 2026 10:00:00 +9999", datetime(2026, 3, 6, 10, 0, tzinfo=UTC)),
        ("Thu, 1 Jan 1970 00:00:00 +0000", datetime(1970, 1, 1, tzinfo=UTC)),
    ],
)
def test_an_instant_is_read_in_utc(written: str, instant: datetime) -> None:
    assert instant_of(written) == instant


@pytest.mark.parametrize(
    "written",
    [
        *("", "yesterday", "<HR>", "31 Feb 2026 10:00:00 +0000", "Fri, 6 Mar 2026 25:00:00 +0000"),
        *(
            "Wed, 31 Dec 1969 23:59:59 +0000",
            "Thu, 1 Jan 1970 00:30:00 +0100",
            "Fri, 31 Dec 9999 23:00:00 -0500",
        ),
        "6 Mar 99999999999999999999 10:00:00 +0000",
    ],
)
def test_what_is_no_instant_or_before_1970_is_none(written: str) -> None:
    assert instant_of(written) is None


@pytest.mark.parametrize(
    ("line", "instant"),
    [
        (
            b"from a by b for <c@d>; Fri, 6 Mar 2026 02:00:00 -0800 (PST)",
            datetime(2026, 3, 6, 10, 0, tzinfo=UTC),
        ),
        (b"from a (x; y) by b;\r\n\tFri, 6 Mar 2026 10:00:00 +0000", datetime(2026, 3, 6, 10, 0, tzinfo=UTC)),
        (b"from a by b", None),
        (b"", None),
    ],
)
def test_a_server_tells_when_it_took_a_mail(line: bytes, instant: datetime | None) -> None:
    assert passed_on_at(line) == instant
