"""The demo's mail server takes what is sent, shows it by IMAP, and lets nothing out."""

from __future__ import annotations

import asyncio
import smtplib
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from threading import Thread
from typing import Any, TypeVar

import pytest
from aiosmtpd.smtp import Envelope, Session

from config.runner import programs
from config.runner.child import KeptAlive, Process
from config.runner.console import Console
from config.runner.post_office import letter_boxes, post_doors
from config.runner.post_office.post_clerk import PUT_OFF_FOR, PostClerk
from config.runner.post_office.post_doors import PostDoors
from helpdesk.demo.post.demo_addresses import CUSTOMERS, MAILBOX
from helpdesk.mail.reading.delivery_report import DeliveryState
from helpdesk.mail.reading.letter import read
from tests.config.post_office.running_post import RunningPost, running_post

T = TypeVar("T")


@pytest.fixture
def post() -> Iterator[RunningPost]:
    with running_post() as post:
        yield post


@pytest.fixture
def console() -> Iterator[Console]:
    """One that hears whatever is said to the end."""
    console = Console()
    yield console
    while console.unfinished:
        console.pump(0.05)


def mail(body: str = "Where is it?", *, mid: str = "<one@customers.example>") -> bytes:
    written = EmailMessage()
    written["From"], written["Subject"], written["Message-ID"] = "Jon <jon@customers.example>", "Lamp", mid
    written.set_content(body)
    return written.as_bytes()


def test_the_shop_has_a_box_and_everybody_else_shares_one(post: RunningPost) -> None:
    post.send(mail("For you"), to="Help+abc@DEMO.example")
    post.send(mail("For them"), to="jon@anywhere.example", sender=MAILBOX)

    assert [read(raw).text.strip() for raw in post.lies_in(MAILBOX)] == ["For you"]
    assert [read(raw).text.strip() for raw in post.lies_in(CUSTOMERS)] == ["For them"]


def test_a_mail_is_shown_as_it_came_but_for_who_delivered_it(post: RunningPost) -> None:
    odd = b"From: <a@b.example>\r\n\r\n" + b"\xff\x80 long " * 2000 + b"\r\n.\r\n..two\r\n"

    post.send(odd, to="jon@customers.example", sender=MAILBOX)

    head = f"Return-Path: <{MAILBOX}>\r\nDelivered-To: jon@customers.example\r\n".encode()
    assert post.lies_in(CUSTOMERS) == [head + odd]


def test_what_goes_to_somebody_who_has_gone_comes_back(post: RunningPost) -> None:
    post.send(mail(mid="<answer@demo.example>"), to="ann@gone.example", sender=MAILBOX)

    [raw] = post.await_mail(MAILBOX)
    report = read(raw).report
    assert report is not None
    assert report.message_id == "answer@demo.example"
    assert [(each.address, each.state) for each in report.recipients] == [
        ("ann@gone.example", DeliveryState.FAILED)
    ]


def test_a_report_never_comes_back_itself(post: RunningPost) -> None:
    post.send(mail(), to="ann@gone.example", sender="")
    post.send(mail(mid="<answer@demo.example>"), to="ann@gone.example", sender=MAILBOX)

    assert len(post.await_mail(MAILBOX)) == 1
    assert post.lies_in(CUSTOMERS) == []


def test_who_is_refused_is_refused_for_good(post: RunningPost) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        post.send(mail(), to="ann@refused.example")

    assert refused.value.recipients["ann@refused.example"][0] == 550


def test_a_slow_domain_puts_the_first_attempts_off() -> None:
    now = [0.0]

    async def said() -> list[str]:
        clerk = PostClerk(await letter_boxes.put_up(), clock=lambda: now[0])
        door, session = clerk.at_the_door(), Session(asyncio.get_running_loop())
        answers = []
        for now[0], ann in ((0.0, "ann"), (PUT_OFF_FOR - 1, "Ann"), (PUT_OFF_FOR, "ann")):
            answers.append(await clerk.handle_RCPT(door, session, Envelope(), f"{ann}@slow.example", []))
        return [answer[:3] for answer in answers]

    assert _apart(said()) == ["451", "451", "250"]


def _apart(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run it in a thread of its own: a browser that another test has opened holds a loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


def test_the_oldest_mails_go_where_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letter_boxes, "MOST_MAILS", 2)
    monkeypatch.setattr(letter_boxes, "MOST_BYTES", 50)

    async def left(*bodies: str) -> list[int]:
        box = (await letter_boxes.put_up()).box_of(MAILBOX)
        for body in bodies:
            await box.put(b"From: a@b\r\n\r\n" + body.encode())
        return [message.uid async for message in box._inbox.messages()]

    assert _apart(left("a", "b", "c")) == [102, 103]
    assert _apart(left("a", "b" * 30)) == [102]


def test_who_knocks_while_it_is_started_again_is_let_in(post: RunningPost) -> None:
    post.send(mail(), to=MAILBOX)
    post.kill()
    sending = Thread(target=post.send, args=(mail("Again"),), kwargs={"to": MAILBOX})
    sending.start()

    post.start()

    sending.join(30)
    assert [read(raw).text.strip() for raw in post.lies_in(MAILBOX)] == ["Again"]


def test_killed_it_is_started_again_at_the_same_ports(console: Console) -> None:
    doors = post_doors.opened()
    process = Process(programs.demo(doors)[0], (), console)
    kept = KeptAlive(process, console)
    with doors.smtp, doors.imap:
        kept.start()
        for _ in range(2):
            greet(doors)
            process.kill()
            kept.look_after()
            kept.again_at = 0.0
            kept.look_after()
        process.kill()


def greet(doors: PostDoors) -> None:
    with smtplib.SMTP("127.0.0.1", doors.smtp.getsockname()[1], timeout=30) as line:
        assert line.noop()[0] == 250
