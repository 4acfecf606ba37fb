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
    return spreadsheet.streamed(request, name, heads, _WhileTheirs(session_key, iter(pieces)))


class _WhileTheirs(Iterator[Piece]):
    """Pieces, each for whoever may still see it; none is kept here."""

    def __init__(self, session_key: str, pieces: Iterator[Piece]) -> None:
        self._session_key, self._pieces = session_key, pieces
        self._asked_by: StreamViewer | None = None

    def __next__(self) -> Piece:
        viewer = viewer_of(self._session_key)
        asked_by = self._asked_by or viewer
        if viewer is None or asked_by is None or (viewer.queues is None) != (asked_by.queues is None):
            raise NotTheirsAnyMore
        self._asked_by = asked_by
        return next(self._pieces)
