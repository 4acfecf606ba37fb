"""Tables that leave for a spreadsheet: the one writer of CSV, in which no text of a stranger can be a formula."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from typing import Protocol

from django.http import HttpResponse

from helpdesk.input.visible_text import unturned

_SEPARATED = r"(?:^|[;,|\t\r\n\v\f\x85\u2028\u2029])"
_UNSEEN = r"[\s\"'\u00ad\u200b-\u200f\u2060\ufeff]*"
_BEGINS = re.compile(rf"{_SEPARATED}{_UNSEEN}(?=[=+\-@＝＋－﹣−＠])|^(?=[\t\r\n])")
"""Where a formula may begin: first in a cell, or after what some program takes for a separator."""


class Written(Protocol):
    """Whatever text can be written to."""

    def write(self, text: str, /) -> object: ...


def response(name: str, heads: Iterable[str], rows: Iterable[Iterable[object]]) -> HttpResponse:
    """Answer with a table to be saved under this name."""
    answer = HttpResponse(
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
    write(answer, heads, rows)
    return answer


def write(to: Written, heads: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """Write a table; numbers stay numbers, and text that could be taken for a formula is quoted."""
    writer = csv.writer(to)
    writer.writerow(heads)
    writer.writerows([harmless(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)


def harmless(text: str) -> str:
    """Put an apostrophe before whatever would be run as a formula, wherever a spreadsheet may split the text.

    What would turn the letters of the cells beside it is left out.
    """
    return _BEGINS.sub(lambda blanks: f"{blanks[0]}'", unturned(text))
