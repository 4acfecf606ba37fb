"""Tables that leave for a spreadsheet: the one writer of CSV, in which no text of a stranger can be a formula."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from io import StringIO
from itertools import chain, repeat
from typing import Final, Protocol

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header

from helpdesk.input.visible_text import unturned

CONTENT_TYPE: Final = "text/csv; charset=utf-8"
BOM: Final = "\ufeff"
_NO_FILE_NAME: Final = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|]+")

_SEPARATED = r"(?:^|[;,|\t\r\n\v\f\x85\u2028\u2029])"
_UNSEEN = r"[\s\"'\u00ad\u200b-\u200f\u2060\ufeff]*"
_BEGINS = re.compile(rf"{_SEPARATED}{_UNSEEN}(?=[=+\-@＝＋－﹣−＠])|^(?=[\t\r\n])")
"""Where a formula may begin: first in a cell, or after what some program takes for a separator."""


class Written(Protocol):
    """Whatever text can be written to."""

    def write(self, text: str, /) -> object: ...


def response(
    request: HttpRequest, name: str, heads: Iterable[str], rows: Iterable[Iterable[object]]
) -> HttpResponse:
    """Answer with a table to be saved under this name; with `bom=1` it begins with what tells Excel its encoding."""
    answer = HttpResponse(b"".join(_encoded(request, heads, [rows])), content_type=CONTENT_TYPE)
    answer.headers["Content-Disposition"] = _saved_as(name)
    return answer


def streamed(
    request: HttpRequest, name: str, heads: Iterable[str], pieces: Iterable[Iterable[Iterable[object]]]
) -> StreamingHttpResponse:
    """Answer with a table of any length, a piece of rows after the other; each is made once the last one is read.

    Between two pieces there is no transaction and no cursor, and the language is nobody's.
    """
    answer = StreamingHttpResponse(_encoded(request, heads, pieces), content_type=CONTENT_TYPE)
    answer.headers["Content-Disposition"] = _saved_as(name)
    return answer


def _encoded(
    request: HttpRequest, heads: Iterable[str], pieces: Iterable[Iterable[Iterable[object]]]
) -> Iterator[bytes]:
    """Yield the heads and each piece as bytes; nothing of a piece is kept once it is yielded."""
    mark = BOM if request.GET.get("bom") == "1" else ""
    return map(_bytes, chain([[heads]], pieces), chain([mark], repeat("")))


def _bytes(rows: Iterable[Iterable[object]], mark: str) -> bytes:
    text = StringIO()
    text.write(mark)
    _write_rows(text, rows)
    return text.getvalue().encode()


def _saved_as(name: str) -> str:
    """Return the header that has a table saved under a name; letters of any script are as RFC 5987 says them."""
    plain = _NO_FILE_NAME.sub("-", unturned(name))
    return content_disposition_header(as_attachment=True, filename=f"{plain}.csv") or "attachment"


def write(to: Written, heads: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """Write a table; numbers stay numbers, and text that could be taken for a formula is quoted."""
    _write_rows(to, chain([heads], rows))


def _write_rows(to: Written, rows: Iterable[Iterable[object]]) -> None:
    writer = csv.writer(to)
    writer.writerows(
        [harmless(cell) if cell and isinstance(cell, str) else cell for cell in row] for row in rows
    )


def harmless(text: str) -> str:
    """Put an apostrophe before whatever would be run as a formula, wherever a spreadsheet may split the text.

    What would turn the letters of the cells beside it is left out.
    """
    return _BEGINS.sub(lambda blanks: f"{blanks[0]}'", unturned(text))
