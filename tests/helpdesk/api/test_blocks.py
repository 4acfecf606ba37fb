"""Blocking senders by the API: listed, added and lifted, by the rules of the pages."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from helpdesk.database.instant import database_now
from helpdesk.mail.spam import spam_tickets
from helpdesk.models import SenderBlock, Store
from tests.helpdesk.api.conftest import Caller, Callers, assert_problem, told
from tests.helpdesk.mail.filing.post import mail, post
from tests.make import NOW, Make

pytestmark = pytest.mark.django_db

OWNER = "owner@example.com"
EVE = "eve@spam.example"


@pytest.fixture
def shop(make: Make) -> Store:
    make.mailbox()
    return make.store()


def block(caller: Caller, sender: str = EVE, **more: Any) -> Any:
    return caller.post("/blocks", {"sender": sender, "agent": OWNER, **more})


def test_mail_of_a_blocked_sender_opens_nothing_until_it_is_lifted(caller: Caller, shop: Store) -> None:
    answer = block(caller, " EVE@Spam.example")
    blocked = told(answer)

    assert (answer.status_code, blocked["sender"], blocked["blocked_by"]) == (201, EVE, OWNER)
    assert post(shop, mail(by=EVE, mid="1@spam.example")).outcome == "blocked"
    assert told(caller.get("/blocks"))["data"] == [blocked | {"stopped": 1}]

    lifted = told(caller.put(f"/blocks/{blocked['id']}/lifting", {}))
    assert lifted["lifted_at"] is not None
    assert post(shop, mail(by=EVE, mid="2@spam.example")).outcome == "opened"
    assert told(caller.put(f"/blocks/{blocked['id']}/lifting", {})) == lifted


def test_it_lasts_ninety_days_or_for_good_and_the_latest_word_holds(caller: Caller, shop: Store) -> None:
    blocked = told(block(caller))
    since, until = (datetime.fromisoformat(blocked[name]) for name in ("blocked_at", "until"))
    assert until - since == timedelta(days=90)

    again = block(caller, for_good=True)

    assert (again.status_code, told(again)["until"]) == (200, None)
    assert SenderBlock.objects.count() == 1


def test_a_domain_is_blocked_as_a_whole(caller: Caller, shop: Store) -> None:
    assert told(block(caller, "@SPAM.example"))["sender"] == "@spam.example"

    assert post(shop, mail(by="mallory@spam.example")).outcome == "blocked"
    assert post(shop, mail(by="jon@not-spam.example", mid="2@example.com")).outcome == "opened"


@pytest.mark.parametrize(
    ("sender", "code"),
    [
        ("spam.example", "no-sender"),
        ("eve@spam.example, mallory@spam.example", "no-sender"),
        ("@", "no-sender"),
        ("@gmail.com", "anybodys-domain"),
        ("@Yahoo.co.uk", "anybodys-domain"),
        ("help@shop.example", "one-of-us"),
        ("Help+T1@shop.example", "one-of-us"),
        ("@shop.example", "one-of-us"),
        ("owner@example.com", "one-of-us"),
        ("@example.com", "one-of-us"),
        ("", "misfit"),
    ],
)
def test_whom_nobody_may_block_is_refused(caller: Caller, shop: Store, sender: str, code: str) -> None:
    assert_problem(block(caller, sender), 422, code, "/sender")

    assert not SenderBlock.objects.exists()


def test_somebody_at_a_big_provider_is_blocked_by_their_address(caller: Caller, shop: Store) -> None:
    assert block(caller, "eve@gmail.com").status_code == 201


def test_an_agent_of_the_store_s_says_so(caller: Caller, make: Make, shop: Store) -> None:
    make.agent("outsider")
    refunds = make.queue("Refunds")
    make.agent("rahel", queue=refunds)

    assert_problem(block(caller, agent="outsider@example.com"), 422, "not-a-member", "/agent")
    assert_problem(block(caller, agent="rahel@example.com"), 422, "not-a-member", "/agent")

    shop.other_queues.add(refunds)
    assert told(block(caller, agent="RAHEL@example.com"))["blocked_by"] == "rahel@example.com"


def test_a_block_made_on_a_ticket_is_listed_and_lifted_too(caller: Caller, make: Make, shop: Store) -> None:
    message = post(shop, mail(by=EVE)).message
    assert message
    with transaction.atomic():
        spam_tickets.mark_spam(ticket=message.ticket, by=make.agent(), now=database_now(), sender=EVE)

    [listed] = told(caller.get("/blocks"))["data"]

    assert (listed["sender"], listed["ticket"]) == (EVE, message.ticket.reference)
    assert told(caller.put(f"/blocks/{listed['id']}/lifting", {}))["lifted_at"]


def test_blocks_are_found_by_sender_and_by_whether_they_hold_a_page_at_a_time(
    caller: Caller, shop: Store
) -> None:
    numbers = [told(block(caller, f"{who}@spam.example"))["id"] for who in ("a", "b", "c")]
    caller.put(f"/blocks/{numbers[1]}/lifting", {})
    SenderBlock.objects.filter(pk=numbers[2]).update(blocked_at=NOW, until=NOW + timedelta(days=1))

    def listed(query: str = "") -> list[str]:
        return [each["sender"][0] for each in told(caller.get(f"/blocks{query}"))["data"]]

    assert listed() == ["b", "a", "c"]
    assert listed("?in_force=true") == ["a"]
    assert listed("?in_force=false") == ["b", "c"]
    assert listed("?sender=A@spam.example&sender=c@spam.example") == ["a", "c"]
    first = told(caller.get("/blocks?limit=2"))
    assert [each["id"] for each in first["data"]] == [numbers[1], numbers[0]]
    assert listed(f"?limit=2&cursor={first['next_cursor']}") == ["c"]


def test_another_store_sees_and_lifts_none_of_them(caller: Caller, callers: Callers, shop: Store) -> None:
    number = told(block(caller))["id"]
    outsider = callers.outsider()

    assert told(outsider.get("/blocks"))["data"] == []
    assert_problem(outsider.put(f"/blocks/{number}/lifting", {}), 404, "not-found")
    assert SenderBlock.objects.get().lifted_at is None


def test_it_takes_act_to_block_and_read_to_list(callers: Callers, shop: Store) -> None:
    reader, actor = callers(scopes=["read"]), callers(scopes=["act"])

    assert_problem(block(reader), 403, "scope-missing")
    assert_problem(actor.get("/blocks"), 403, "scope-missing")
    assert_problem(reader.put(f"/blocks/{told(block(actor))['id']}/lifting", {}), 403, "scope-missing")
