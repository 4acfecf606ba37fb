"""Answers that are streamed, of any length and with any fault, beside a page that says how far they have come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import path

from config import urls as ours
from config.front import long_answers

COUNTED: Counter[str] = Counter()
"""Pieces that were made, answers that were ended."""


def streamed(pieces: Callable[[int, int], Iterator[bytes]]) -> Callable[[HttpRequest], StreamingHttpResponse]:
    """Return a page that streams so many pieces of so many bytes."""

    def page(request: HttpRequest) -> StreamingHttpResponse:
        return StreamingHttpResponse(
            pieces(int(request.GET["pieces"]), int(request.GET["size"])), content_type="text/plain"
        )

    return page


def counted(pieces: int, size: int) -> Iterator[bytes]:
    """Ask the database for each piece: a line as long as that, with its number in front."""
    try:
        for number in range(pieces):
            with connection.cursor() as cursor:
                cursor.execute("SELECT rpad(%s::text, %s, '.')", [number, size - 1])
                [(line,)] = cursor.fetchall()
            COUNTED["made"] += 1
            yield f"{line}\n".encode()
    finally:
        COUNTED["ended"] += 1


def failing(pieces: int, size: int) -> Iterator[bytes]:
    yield from counted(pieces, size)
    raise RuntimeError("the rest is not to be had")


def in_a_transaction(pieces: int, size: int) -> Iterator[bytes]:
    with transaction.atomic():
        yield from counted(pieces, size)


def how_far(request: HttpRequest) -> HttpResponse:
    return JsonResponse(COUNTED)


def impatience(request: HttpRequest) -> HttpResponse:
    """From now on, whoever reads nothing for half a second is cut off."""
    long_answers.READS_WITHIN = 0.5  # type: ignore[misc]
    return HttpResponse()


urlpatterns = [
    path("long/", streamed(counted)),
    path("long/failing/", streamed(failing)),
    path("long/in-a-transaction/", streamed(in_a_transaction)),
    path("how-far/", how_far),
    path("impatience/", impatience),
    *ours.urlpatterns,
]
