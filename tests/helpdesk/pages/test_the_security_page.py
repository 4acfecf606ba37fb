"""The page of the security log: admins read it, and nobody else."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from helpdesk.access import security_log
from helpdesk.models import SecurityEventKind as Kind
from tests.make import Make

PAGE = "security"


def test_only_an_admin_reads_it(client: Client, make: Make) -> None:
    for who, status in (("owner", 403), ("overseer", 403), ("outsider", 403), ("admin", 200)):
        client.force_login(make.agent(who))
        assert client.get(reverse(PAGE)).status_code == status
    client.logout()
    assert client.get(reverse(PAGE)).status_code == 302


def test_it_says_who_did_what_in_words(client: Client, make: Make) -> None:
    client.force_login(make.agent("admin"))
    facts = {"agent": make.agent().pk, "queue": make.queue().pk, "role": "overseer"}
    security_log.record(Kind.ROLE_GIVEN, actor=make.agent("admin"), address="203.0.113.9", **facts)
    security_log.record(Kind.LOGIN_FAILED, agent=None)
    security_log.record(Kind.KEY_ISSUED, store=4711, key="0123abc", scopes=["read", "write"])

    page = client.get(reverse(PAGE)).content.decode()

    for word in ("role given", "Owner", "Support", "overseer", "203.0.113.9", "#4711", "read, write"):
        assert word in page, word


def test_it_shows_one_kind_and_one_person(client: Client, make: Make) -> None:
    client.force_login(make.agent("admin"))
    security_log.record(Kind.EXPORTED, actor=make.agent(), what="board-days")
    security_log.record(Kind.LOGGED_IN, actor=make.agent("colleague"))

    def cells(**asked: str | int) -> tuple[bool, bool]:
        page = client.get(reverse(PAGE), asked).content.decode()
        return "<td>exported</td>" in page, "<td>logged in</td>" in page

    assert cells() == (True, True)
    assert cells(kind="exported") == (True, False)
    assert cells(agent=make.agent("colleague").pk) == (False, True)
    assert cells(kind="nonsense", agent="x") == (True, True)


def test_it_goes_on_where_a_page_ends(client: Client, make: Make) -> None:
    client.force_login(make.agent("admin"))
    for number in range(130):
        security_log.record(Kind.SET_UP_CHANGED, what="store", number=number, fields=["name"])

    first = client.get(reverse(PAGE), {"kind": "set_up_changed"})
    rest = client.get(f"{reverse(PAGE)}?{first.context['older']}")

    assert (len(first.context["lines"]), len(rest.context["lines"])) == (100, 30)
    assert rest.context["older"] == ""
