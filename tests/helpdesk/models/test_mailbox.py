"""A mailbox: one of an address in its environment, whole for what it does, and silent about its passwords."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from helpdesk.models import Environment, Mailbox, Store
from helpdesk.secrets import key_ring
from tests.make import NOW, Make

DAMAGE: dict[str, dict[str, Any]] = {
    "mailbox_environment_is_known": {"environment": "moon"},
    "mailbox_sign_in_is_known": {"signs_in_by": "charm"},
    "mailbox_mode_is_known": {"mode": "half"},
    "mailbox_security_is_known": {"imap_security": "rot13"},
    "mailbox_address_has_no_capitals": {"address": "Help@shop.example"},
    "mailbox_that_answers_has_a_way_out": {"smtp_host": ""},
    "mailbox_that_watches_is_read": {"mode": "watch", "imap_host": ""},
    "mailbox_that_fails_says_why": {"failing_since": NOW},
    "mailbox_secrets_are_closed": {"smtp_password": "hunter2"},
}


@pytest.mark.parametrize("rule", DAMAGE)
def test_the_database_holds_what_a_mailbox_is(make: Make, rule: str) -> None:
    mailbox = Mailbox.objects.filter(pk=make.mailbox().pk)

    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        mailbox.update(**DAMAGE[rule])


def test_every_rule_is_tried() -> None:
    rules = {rule.name for rule in Mailbox._meta.constraints}

    assert rules - set(DAMAGE) == {"mailbox_address_once_per_environment"}


def test_an_address_is_there_once_in_its_environment(make: Make) -> None:
    mailbox = make.mailbox(store=make.store())
    make.mailbox(store=make.store(environment=Environment.TEST))
    assert Mailbox.objects.filter(address=mailbox.address).count() == 2

    mailbox.pk = None
    with pytest.raises(IntegrityError, match="mailbox_address_once"), transaction.atomic():
        mailbox.save()


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"mode": "full", "smtp_host": ""}, "smtp_host"),
        ({"mode": "watch", "imap_host": ""}, "imap_host"),
        ({"address": "returns@shop.example"}, "address"),
        ({"aliases": ["sales@shop.example"]}, "address"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(make: Make, given: dict[str, Any], place: str) -> None:
    make.mailbox("returns@shop.example", aliases=["sales@shop.example"])
    mailbox = make.mailbox()
    for name, value in given.items():
        setattr(mailbox, name, value)

    with pytest.raises(ValidationError) as refused:
        mailbox.clean()

    assert list(refused.value.message_dict) == [place]


def test_it_is_known_by_its_address_and_by_others_in_whatever_case(make: Make) -> None:
    mailbox = make.mailbox(aliases=["sales@shop.example"])
    make.mailbox("returns@shop.example")

    for address in ("Help@Shop.example", " SALES@shop.example"):
        assert list(Mailbox.objects.all().known_by([address])) == [mailbox]
    assert not Mailbox.objects.all().known_by(["jon@customer.example"])


def test_those_that_answer_and_those_that_are_read_are_told_apart(make: Make) -> None:
    both = make.mailbox()
    watched = make.mailbox("watched@shop.example", mode="watch")
    piped = make.mailbox("piped@shop.example", imap_host="")

    assert set(Mailbox.objects.all().answering()) == {both, piped}
    assert set(Mailbox.objects.all().read_by_us()) == {both, watched}


def test_neither_its_name_nor_its_looks_tell_a_password(make: Make) -> None:
    mailbox = make.mailbox(imap_password=key_ring.seal("hunter2"))

    assert "hunter2" not in f"{mailbox} {mailbox!r} {vars(mailbox)}"


def test_whoever_answers_a_mailbox_sees_its_store(make: Make) -> None:
    outsider = make.agent("outsider")
    store = make.store()
    make.mailbox(store=store)
    assert not Store.objects.visible_to(outsider)

    for address in ("returns@shop.example", "refunds@shop.example"):
        make.mailbox(address, store=store, queue=make.queue("Elsewhere"))
    assert list(Store.objects.visible_to(outsider)) == [store]
