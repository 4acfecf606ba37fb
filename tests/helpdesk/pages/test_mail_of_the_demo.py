"""Mail of the demo: what its customers received is shown as it came, and whoever looks writes as one of them."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from helpdesk.demo import shop
from helpdesk.demo.post import customers_mail
from helpdesk.demo.post.demo_addresses import MAILBOX
from helpdesk.models import Agent, Mailbox, Message, RawMail, Ticket
from helpdesk.models.mail.raw_mail import MailOutcome
from helpdesk.pages.demo.customer_forms import LARGEST_FILE
from tests.config.post_office.running_post import RunningPost
from tests.helpdesk.demo.post.conftest import GoRound, demo, go_round, post
from tests.helpdesk.demo.post.test_demo_mailbox import answer
from tests.make import Make

__all__ = ["demo", "go_round", "post"]

INDEX = "/demo/mail/"


@pytest.fixture
def newcomer(demo: Mailbox, client: Client) -> Client:
    client.force_login(Agent.objects.get(email=shop.AGENT))
    return client


def written(**fields: Any) -> dict[str, Any]:
    return {
        "name": "Ann Lee",
        "address": "ann@customers.example",
        "subject": "My lamp",
        "text": "Where is it?",
        "token": "0b9a8f52-2d3c-4c9a-8d8e-0a3f6b1f2c11",
    } | fields


@pytest.fixture
def received(newcomer: Client, go_round: GoRound) -> int:
    """The number of a mail that answers what Ann has asked."""
    assert newcomer.post(INDEX, written()).status_code == 302
    go_round()
    answer("On Monday.")
    go_round()
    [mail] = customers_mail.newest(2)
    return mail.uid


def test_what_is_written_opens_a_ticket_by_mail(newcomer: Client, go_round: GoRound) -> None:
    sent = newcomer.post(INDEX, written(), follow=True)
    go_round()

    assert "Sent. It is in the queue within seconds." in sent.content.decode()
    ticket = Ticket.objects.get()
    assert (ticket.subject, ticket.channel, ticket.customer.name) == ("My lamp", "email", "Ann Lee")
    assert ticket.customer.email == "ann@customers.example"


def test_sent_twice_it_is_one_mail(newcomer: Client, go_round: GoRound) -> None:
    for _ in range(2):
        newcomer.post(INDEX, written())
    go_round()

    assert Ticket.objects.count() == Message.objects.count() == 1


def test_an_answer_is_shown_as_its_receiver_sees_it(newcomer: Client, received: int) -> None:
    listed = newcomer.get(INDEX).content.decode()
    shown = newcomer.get(f"{INDEX}{received}/").content.decode()

    assert "Re: My lamp" in listed
    assert "Ann Lee" in listed
    assert "ann@customers.example" in shown
    assert "In-Reply-To: &lt;0b9a8f522d3c4c9a8d8e0a3f6b1f2c11@customers.example&gt;" in shown
    assert newcomer.get(f"{INDEX}{received}/original/").content == customers_mail.one(received).raw  # type: ignore[union-attr]


def test_what_is_written_back_joins_the_ticket(newcomer: Client, go_round: GoRound, received: int) -> None:
    form = newcomer.get(f"{INDEX}{received}/").context["form"]
    assert form["address"].value() == "ann@customers.example"
    assert form["subject"].value() == "Re: My lamp"

    token = {"token": "5f7d2c1a-9a8b-4c3d-8e9f-1a2b3c4d5e6f"}
    newcomer.post(f"{INDEX}{received}/", written(text="Which Monday?", subject="Something else", **token))
    go_round()

    assert Ticket.objects.count() == 1
    assert Message.objects.latest("pk").body.startswith("Which Monday?")
    assert "> On Monday." in Message.objects.latest("pk").body


def test_out_of_office_is_a_machines(newcomer: Client, go_round: GoRound, received: int) -> None:
    away = written(text="I am away.", automatic="on", token="5f7d2c1a-9a8b-4c3d-8e9f-1a2b3c4d5e6f")
    newcomer.post(f"{INDEX}{received}/", away)
    go_round()

    assert RawMail.objects.latest("pk").outcome == MailOutcome.AUTOMATIC
    assert Message.objects.latest("pk").automatic


def test_its_html_is_for_a_frame_in_which_nothing_runs(
    newcomer: Client, received: int, post: RunningPost
) -> None:
    evil = b"Subject: x\r\nContent-Type: text/html\r\n\r\n<script>alert(1)</script><img src=https://spy.example/x>"
    post.send(evil, to="ann@customers.example", sender=MAILBOX)

    framed = newcomer.get(f"{INDEX}{received + 1}/markup/")

    policy = framed.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'")
    assert framed.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert b"sandbox src=" in newcomer.get(f"{INDEX}{received + 1}/").content


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"address": "nobody"}, "Enter a valid email address."),
        ({"address": "ann@b\r\nBcc: spy@x.example"}, "Enter a valid email address."),
        ({"text": " \n"}, "Write something first."),
        ({"subject": "x" * 501}, "at most 500 characters"),
        ({"token": "none"}, ""),
    ],
)
def test_what_cannot_be_sent_stays_in_the_form(
    newcomer: Client, go_round: GoRound, fields: dict[str, str], why: str
) -> None:
    refused = newcomer.post(INDEX, written(**fields))
    go_round()

    assert refused.status_code == 422
    assert why in refused.content.decode()
    assert not RawMail.objects.exists()


def test_no_name_or_subject_writes_a_header_of_its_own(newcomer: Client, go_round: GoRound) -> None:
    evil = "Ann\r\nBcc: spy@x.example\u202e" + "x" * 150
    newcomer.post(INDEX, written(name=evil, subject=evil))
    go_round()

    [mail] = RawMail.objects.all()
    assert b"\nBcc" not in bytes(mail.original.raw)
    assert Ticket.objects.get().customer.email == "ann@customers.example"


def brought(newcomer: Client, content: bytes) -> Any:
    return newcomer.post(f"{INDEX}files/", {"file": SimpleUploadedFile("mail.eml", content)})


def test_a_mail_from_a_file_is_sent_as_it_is(newcomer: Client, go_round: GoRound) -> None:
    raw = (
        b"From: Jon <jon@home.example>\nSubject: Lamp\nMessage-ID: <1@home.example>\n\n.\nWhere is it? \xff\n"
    )

    assert brought(newcomer, raw).status_code == 302
    go_round()

    [mail] = RawMail.objects.all()
    assert bytes(mail.original.raw).endswith(raw.replace(b"\n", b"\r\n"))
    assert Ticket.objects.get().customer.email == "jon@home.example"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "The submitted file is empty."),
        (b" \n\n", "There is no mail in this file."),
        (b"a" * (LARGEST_FILE + 1), "The file has 4.0\xa0MB, and a mail may have 4.0\xa0MB here."),
    ],
)
def test_a_file_that_is_no_mail_says_so(newcomer: Client, content: bytes, why: str) -> None:
    refused = brought(newcomer, content)

    assert refused.status_code == 422
    assert why in refused.content.decode()


def test_before_anything_came_it_says_what_to_do(newcomer: Client) -> None:
    assert "No mail yet" in newcomer.get(INDEX).content.decode()


def test_it_says_what_is_wrong_while_the_server_is_away(newcomer: Client, settings: Settings) -> None:
    settings.DEMO_MAIL_PORTS = [1, 1]

    page = newcomer.get(INDEX).content.decode()
    sent = newcomer.post(INDEX, written())

    assert "Nobody answers at 127.0.0.1, port 1." in page
    assert "No mail yet" not in page
    assert sent.status_code == 422
    assert "did not take it" in sent.content.decode()


@pytest.mark.parametrize("path", ["", "1/", "1/markup/", "1/original/"])
def test_there_is_none_for_whoever_does_not_answer_it_and_where_no_server_runs(
    newcomer: Client, make: Make, settings: Settings, client: Client, path: str
) -> None:
    settings.DEMO_MAIL_PORTS, served = [], settings.DEMO_MAIL_PORTS
    assert newcomer.get(INDEX + path).status_code == 404

    settings.DEMO_MAIL_PORTS = served
    client.force_login(make.agent("outsider"))
    assert client.get(INDEX + path).status_code == 404
    assert client.post(INDEX, written()).status_code == 404
    assert brought(client, b"From: a@b.example\n\nHello").status_code == 404


@pytest.mark.parametrize("uid", [0, 7, 2**32, 10**30])
def test_a_number_that_no_mail_has_is_not_there(newcomer: Client, uid: int) -> None:
    assert newcomer.get(f"{INDEX}{uid}/").status_code == 404


def test_the_banner_of_the_demo_leads_there(newcomer: Client) -> None:
    assert f'href="{reverse("demo-mail")}"' in newcomer.get("/tickets/").content.decode()


def test_a_wipe_leaves_none_of_it(newcomer: Client, received: int) -> None:
    newcomer.force_login(Agent.objects.get(email=shop.SUPERVISOR))

    newcomer.post(reverse("demo-removal"))

    assert "No mail yet" in newcomer.get(INDEX).content.decode()
