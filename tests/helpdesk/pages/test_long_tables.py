"""Tables that are sent for as long as somebody reads: asked for once, and each piece to whom it still belongs."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator

import pytest
from django.test import Client, RequestFactory

from helpdesk.models import Agent
from helpdesk.pages.frame.exports.long_table import NotTheirsAnyMore, Piece, long_table
from tests.make import Make

pytestmark = pytest.mark.django_db


def reading(client: Client, pieces: Iterator[Piece] | None = None) -> Iterator[bytes]:
    """Begin to read a table, of three pieces unless others are given; before them come its heads."""
    request = RequestFactory().get("/")
    request.session = client.session
    answer = long_table(request, "numbers", ["number"], pieces or iter([[[1]], [[2]], [[3]]]))
    return iter(answer)


def test_whoever_is_logged_in_reads_it_to_its_end(client: Client, make: Make) -> None:
    client.force_login(make.agent())

    assert b"".join(reading(client)) == b"number\r\n1\r\n2\r\n3\r\n"


class Rows(list[list[object]]):
    """Rows of which one hears when they are gone."""


def test_nothing_is_kept_of_a_piece_that_was_yielded(client: Client, make: Make) -> None:
    client.force_login(make.agent())
    made: list[weakref.ref[Rows]] = []

    def piece() -> Rows:
        rows = Rows([[1]])
        made.append(weakref.ref(rows))
        return rows

    table = reading(client, (piece() for _ in range(3)))
    assert [next(table), next(table)] == [b"number\r\n", b"1\r\n"]
    assert [rows() for rows in made] == [None]


def logs_out(client: Client, agent: Agent) -> None:
    client.logout()


def is_let_go(client: Client, agent: Agent) -> None:
    Agent.objects.filter(pk=agent.pk).update(is_active=False)


def is_an_admin_no_more(client: Client, agent: Agent) -> None:
    Agent.objects.filter(pk=agent.pk).update(is_admin=False)


def has_another_password(client: Client, agent: Agent) -> None:
    agent.set_password("another correct horse")
    agent.save(update_fields=["password"])


@pytest.mark.parametrize("deed", [logs_out, is_let_go, is_an_admin_no_more, has_another_password])
def test_it_breaks_off_once_whoever_asked_may_not_see_it_any_more(
    client: Client, make: Make, deed: Callable[[Client, Agent], None]
) -> None:
    admin = make.agent("admin")
    client.force_login(admin)
    table = reading(client)
    assert [next(table), next(table)] == [b"number\r\n", b"1\r\n"]

    deed(client, admin)
    with pytest.raises(NotTheirsAnyMore):
        next(table)
