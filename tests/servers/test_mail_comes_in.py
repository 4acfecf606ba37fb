"""What fails while mail is fetched from Dovecot: each mail is one message all the same, and one clock."""

from __future__ import annotations

import pytest
from imap_tools.mailbox import BaseMailBox

from helpdesk.mail.servers.server_fault import MailServerFailed, in_words
from helpdesk.models import Message, RawMail, Ticket
from monitor.models import Clock
from tests.servers.cut_line import cut_line
from tests.servers.scene import Scene

pytestmark = [pytest.mark.postfix, pytest.mark.dovecot, pytest.mark.django_db]

LARGE = "x" * 70 + "\n"


def counted() -> tuple[int, int, int, int]:
    """Return how many mails, tickets, messages, and clocks of a first response that run."""
    running = Clock.objects.filter(metric="first_response", ended_at=None)
    return (RawMail.objects.count(), Ticket.objects.count(), Message.objects.count(), running.count())


def test_a_line_that_breaks_in_the_middle_of_a_mail_costs_nothing(scene: Scene, told: list[str]) -> None:
    scene.look()
    for number in range(3):
        scene.asks(f"My lamp is late. ({number})\n" + LARGE * 2000 * (number == 1))
    with cut_line(scene.office.dovecot.port, after=60_000) as port, pytest.raises(MailServerFailed):
        look_in_words(scene, port)
    assert counted() == (1, 0, 0, 0)

    scene.look()
    scene.look()

    assert counted() == (3, 3, 3, 3)
    told.append("line cut in the 2nd of 3 mails        kept 1 then, 3 in the end; 3 messages, 3 clocks run")


def look_in_words(scene: Scene, port: int) -> None:
    with in_words("127.0.0.1", port, "none", scene.mailbox.imap_login):
        scene.look(port=port)


def test_a_folder_that_is_made_anew_brings_what_it_had_once(scene: Scene, told: list[str]) -> None:
    address = scene.mailbox.address
    with scene.office.dovecot.mailbox(address) as line:
        line.folder.create("Support")
        before = line.folder.status("Support")["UIDVALIDITY"]
    scene.look(folder="Support")
    first, second = (scene.asks(f"My lamp is late. ({number})") for number in range(2))
    move_in(scene)
    scene.look(folder="Support")
    assert counted() == (2, 2, 2, 2)

    with scene.office.dovecot.mailbox(address) as line:
        line.folder.delete("Support")
        line.folder.create("Support")
        assert line.folder.status("Support")["UIDVALIDITY"] != before
        lay_again(line, first.as_bytes(), second.as_bytes())
    scene.asks("And my shade?")
    move_in(scene)
    scene.look(folder="Support")

    assert counted()[1:] == (3, 3, 3)
    told.append("UIDVALIDITY changed, 2 mails again    3 messages of 3, 3 clocks run")


def move_in(scene: Scene) -> None:
    """Move what came into the folder."""
    with scene.office.dovecot.mailbox(scene.mailbox.address) as line:
        line.move(line.uids(), "Support")


def lay_again(line: BaseMailBox, *mails: bytes) -> None:
    for mail in mails:
        line.append(mail, "Support")
