"""Tables that are sent for as long as somebody reads, to whoever is logged in for as long."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.http import HttpRequest, StreamingHttpResponse

from helpdesk import spreadsheet
from helpdesk.live.stream_viewer import StreamViewer, viewer_of

Piece = Iterable[Iterable[object]]


class NotTheirsAnyMore(Exception):
    """Whoever asked is not logged in any more, or an admin no more: the table breaks off."""


def long_table(
    request: HttpRequest, name: str, heads: Iterable[str], pieces: Iterable[Piece]
) -> StreamingHttpResponse:
    """Answer with a table as `spreadsheet.streamed` does, and ask before each piece who it is for."""
    session_key = request.session.session_key or ""
    return spreadsheet.streamed(request, name, heads, _while_theirs(session_key, iter(pieces)))


def _while_theirs(session_key: str, pieces: Iterator[Piece]) -> Iterator[Piece]:
    asked_by = _viewer(session_key)
    while (piece := next(pieces, None)) is not None:
        yield piece
        if (_viewer(session_key).queues is None) != (asked_by.queues is None):
            raise NotTheirsAnyMore


def _viewer(session_key: str) -> StreamViewer:
    viewer = viewer_of(session_key)
    if viewer is None:
        raise NotTheirsAnyMore
    return viewer
