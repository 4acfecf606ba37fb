"""Canned replies: kept by who may, put into what is written, and sent only once they are filled in."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from helpdesk.attachments import file_sweep
from helpdesk.conversation.canned import canned_replies
from helpdesk.conversation.canned.canned_replies import COMES_BACK_WITHIN, WrittenReply
from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Attachment, CannedReply, Message, Queue, Status, Ticket
from tests.make import Make

TEXTS = {
    "en": "Dear {{customer.first_name}},\norder {{order.id}} is on its way.",
    "he": "שלום {{customer.first_name}}",
}


@pytest.fixture
def owner(make: Make, client: Client) -> Agent:
    agent = make.agent("owner")
    client.force_login(agent)
    return agent


@pytest.fixture
def ticket(make: Make) -> Ticket:
    customer = {"email": "jane@example.com", "name": "Jane Doe", "locale": "en"}
    return make.ticket(now=database_now(), customer=customer, order={"id": "1001"})


def kept(by: Agent, queue: Queue | None = None, **more: Any) -> CannedReply:
    usual: dict[str, Any] = {"name": "On its way", "texts": TEXTS}
    with transaction.atomic():
        return canned_replies.keep(WrittenReply(queue=queue, **usual | more), by=by)


def form(*texts: tuple[str, str], **fields: Any) -> dict[str, Any]:
    rows = {
        f"texts-{at}-{name}": value
        for at, pair in enumerate(texts)
        for name, value in zip(("language", "body"), pair, strict=True)
    }
    counted = {"texts-TOTAL_FORMS": len(texts), "texts-INITIAL_FORMS": 0}
    return (
        {"name": "On its way", "queue": "", "status": "", "tags": "", "move_to": ""} | rows | counted | fields
    )


def insert(client: Client, ticket: Ticket, reply: CannedReply, **typed: Any) -> Any:
    address = reverse("ticket-canned", args=[ticket.reference])
    return client.post(address, {"canned": reply.pk} | typed, headers={"Accept": "application/json"})


def send(client: Client, ticket: Ticket, body: str, **more: Any) -> Any:
    ticket.refresh_from_db()
    typed = {"mode": "public", "then": "wait", "body": body, "seen_seq": ticket.last_seq, "token": uuid4()}
    return client.post(reverse("ticket-messages", args=[ticket.reference]), typed | more)


def test_one_is_written_in_languages_and_reads_as_it_will(client: Client, owner: Agent) -> None:
    typed = form(("en", "Dear {{customer.first_name}}"), ("pt_BR", "Olá"), ("", ""), tags="sent, late")
    shown = client.post(reverse("canned-reply-new"), typed | {"preview": "yes"})
    assert (shown.status_code, "Dear Jane" in shown.content.decode()) == (200, True)
    assert not CannedReply.objects.exists()

    client.post(reverse("canned-reply-new"), typed)
    reply = CannedReply.objects.get()
    assert {text.language: text.body for text in reply.texts.all()} == {
        "en": "Dear {{customer.first_name}}",
        "pt-BR": "Olá",
    }
    assert (reply.owner, reply.queue, reply.actions) == (owner, None, ["tag:sent", "tag:late"])
    page = client.get(reverse("canned-reply", args=[reply.pk])).content.decode()
    assert "Portuguese (Brazil)" in page
    assert "Dear Jane" in page


@pytest.mark.parametrize(
    ("texts", "sentence"),
    [
        ([("", "Hello")], "Say in which language this is."),
        ([("e n", "Hello")], "This is not a tag of a language."),
        ([("en", "Hello"), ("en", "Hi")], "There are two texts of one language."),
        ([("en", " ")], "Write what it says"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    client: Client, owner: Agent, texts: list[tuple[str, str]], sentence: str
) -> None:
    answer = client.post(reverse("canned-reply-new"), form(*texts))
    page = answer.content.decode()
    assert (answer.status_code, sentence in page, "On its way" in page) == (422, True, True)
    assert all(body in page for _language, body in texts)


def test_own_ones_are_one_s_own_and_shared_ones_are_the_overseers_to_change(
    make: Make, client: Client
) -> None:
    mine, shared = kept(make.agent("owner")), kept(make.agent("overseer"), make.queue())
    seen = {"owner": (200, 200), "colleague": (404, 200), "overseer": (404, 200), "outsider": (404, 404)}
    may = {"owner": (200, 403), "colleague": (404, 403), "overseer": (404, 200), "outsider": (404, 404)}
    for who, shown in seen.items():
        client.force_login(make.agent(who))
        addresses = [reverse("canned-reply", args=[one.pk]) for one in (mine, shared)]
        assert tuple(client.get(address).status_code for address in addresses) == shown
        saved = [
            client.post(address, form(("en", "x")) | {"preview": 1}).status_code for address in addresses
        ]
        assert tuple(saved) == may[who]
        removal = client.post(reverse("canned-reply-removal", args=[shared.pk])).status_code
        assert removal == (302 if who == "overseer" else 404)
    client.force_login(make.agent("owner"))
    answer = client.post(reverse("canned-reply-new"), form(("en", "x"), queue=make.queue().pk))
    assert answer.status_code == 422


def test_the_deactivated_reach_nothing(make: Make, client: Client, owner: Agent, ticket: Ticket) -> None:
    reply = kept(owner)
    Agent.objects.filter(pk=owner.pk).update(is_active=False)
    for name in ("canned-replies", "canned-reply-new"):
        assert client.get(reverse(name)).status_code == 302
    for name in ("canned-reply-removal", "canned-reply-restoration"):
        assert client.post(reverse(name, args=[reply.pk])).status_code == 302
    assert insert(client, ticket, reply).status_code == 302


def test_what_was_removed_is_brought_back_or_forgotten(client: Client, owner: Agent, ticket: Ticket) -> None:
    reply = kept(owner)
    client.post(reverse("canned-reply-removal", args=[reply.pk]))
    assert insert(client, ticket, reply).status_code == 404
    assert "Bring it back" in client.get(reverse("canned-replies")).content.decode()
    client.post(reverse("canned-reply-restoration", args=[reply.pk]))
    assert insert(client, ticket, reply).status_code == 200

    client.post(reverse("canned-reply-removal", args=[reply.pk]))
    removed_at = CannedReply.objects.get().removed_at
    assert removed_at is not None
    assert canned_replies.forget_removed(now=removed_at + COMES_BACK_WITHIN) == 0
    canned_replies.forget_removed(now=removed_at + COMES_BACK_WITHIN * 1.01)
    assert not CannedReply.objects.exists()


def test_it_is_put_in_filled_in_the_customer_s_language_and_counted(
    client: Client, owner: Agent, ticket: Ticket
) -> None:
    reply = kept(owner, actions=["tag:sent"])
    given = insert(client, ticket, reply).json()

    assert given["body"] == "Dear Jane,\norder 1001 is on its way."
    assert (given["told"], 'value="tag:sent"' in given["chips"]) == ("", True)
    reply.refresh_from_db()
    assert reply.uses == 1
    Ticket.objects.filter(pk=ticket.pk).update(language="he-IL")
    assert insert(client, ticket, reply).json()["body"] == "שלום Jane"


def test_a_missing_language_is_said(client: Client, owner: Agent, ticket: Ticket) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(language="ta")
    given = insert(client, ticket, kept(owner)).json()
    assert given["body"].startswith("Dear Jane")
    assert "There is no text of this in \u2068Tamil\u2069" in given["told"]


def test_the_list_finds_by_name_and_words_what_one_may_use(
    make: Make, client: Client, owner: Agent, ticket: Ticket
) -> None:
    kept(owner, name="Parcel lost", texts={"en": "We look for it"})
    kept(make.agent("overseer"), make.queue(), name="Refund")
    kept(make.agent("colleague"), name="A colleague's own")
    address = reverse("ticket-canned", args=[ticket.reference])

    def found(words: str) -> list[bool]:
        page = client.get(address, {"q": words}).content.decode()
        return [name in page for name in ("Parcel lost", "Refund", "colleague")]

    assert found("") == [True, True, False]
    assert found("LOOK parcel") == [True, False, False]
    assert found("refund") == [False, True, False]
    assert "Nothing is found by these words." in client.get(address, {"q": "zebra"}).content.decode()
    client.force_login(make.agent("outsider"))
    assert client.get(address).status_code == 404


def test_without_script_the_text_is_kept_and_added_to(client: Client, owner: Agent, ticket: Ticket) -> None:
    reply = kept(owner, texts={"en": "Order {{order.id}}, on ___"}, actions=["status:on_hold"])
    address = reverse("ticket-canned", args=[ticket.reference])
    typed = {
        "body": "Hello",
        "mode": "public",
        "token": str(uuid4()),
        "seen_seq": ticket.last_seq,
        "cc": "a@b.example",
    }
    listed = client.post(address, typed | {"list": "canned"}).content.decode()
    assert ("On its way" in listed, "Hello</textarea>" in listed, 'role="alert">' in listed) == (
        True,
        True,
        False,
    )

    page = client.post(address, typed | {"canned": reply.pk}).content.decode()
    assert "Hello\n\nOrder 1001, on ___</textarea>" in page
    assert "<mark>___</mark>" in page
    assert 'value="status:on_hold" checked' in page
    assert "a@b.example" in page
    assert str(typed["token"]) in page


@pytest.mark.parametrize("body", ["Order {{order.id}}", "On ___ it comes", "{{anything at all}}"])
def test_what_is_not_filled_in_is_not_sent_and_nothing_is_lost(
    client: Client, owner: Agent, ticket: Ticket, body: str
) -> None:
    answer = send(client, ticket, f"Hello\n{body}", action=["tag:sent"])
    page = answer.content.decode()

    assert (answer.status_code, "in line 2 is not filled in yet" in page, "<mark>" in page) == (
        422,
        True,
        True,
    )
    assert f"Hello\n{body}</textarea>" in page
    assert 'value="tag:sent" checked' in page
    assert not Message.objects.filter(author="agent").exists()
    assert send(client, ticket, body, mode="note", then="note").status_code == 302


def test_what_is_ticked_is_done_with_the_answer_and_what_is_not_stays(
    make: Make, client: Client, owner: Agent, ticket: Ticket
) -> None:
    other = make.queue("Returns")
    make.member(owner, queue=other)
    send(client, ticket, "Here.", action=["tag:sent", "status:on_hold", f"queue:{other.pk}"])

    ticket.refresh_from_db()
    assert (ticket.tags, ticket.status, ticket.queue) == (["sent"], Status.ON_HOLD, other)
    send(client, ticket, "More.")
    ticket.refresh_from_db()
    assert (ticket.tags, ticket.status) == (["sent"], Status.PENDING)


@pytest.mark.parametrize("action", ["queue:{foreign}", "status:spam", "queue:x", "erase:all", "tag:"])
def test_what_cannot_be_done_is_refused_with_the_answer(
    make: Make, client: Client, owner: Agent, ticket: Ticket, action: str
) -> None:
    foreign = make.queue("Elsewhere").pk
    answer = send(client, ticket, "Here.", action=[action.format(foreign=foreign)])
    assert (answer.status_code, "Here.</textarea>" in answer.content.decode()) == (422, True)
    assert not Message.objects.filter(author="agent").exists()


def test_files_go_along_each_time_anew_and_are_not_swept(
    client: Client, owner: Agent, ticket: Ticket
) -> None:
    label = SimpleUploadedFile("label.txt", b"Label")
    client.post(reverse("canned-reply-new"), form(("en", "Here.")) | {"files": [label]})
    reply = CannedReply.objects.get()
    for body in ("One.", "Two."):
        assert "label.txt" in insert(client, ticket, reply).json()["files"]
        copy = Attachment.objects.given_by(owner).latest("pk")
        send(client, ticket, body, attachments=[copy.pk])

    assert Attachment.objects.filter(message__isnull=False).count() == 2
    Attachment.objects.filter(message=None).update(given_at="2020-01-01T00:00Z")
    file_sweep.sweep(now=database_now(), limit=10)
    assert list(Attachment.objects.filter(message=None).values_list("pk", flat=True)) == reply.files
    page = client.get(reverse("canned-reply", args=[reply.pk])).content.decode()
    assert "label.txt" in page
    client.post(reverse("canned-reply", args=[reply.pk]), form(("en", "Here.")))
    reply.refresh_from_db()
    assert reply.files == []
