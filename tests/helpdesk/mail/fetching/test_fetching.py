"""Mail is fetched from real servers: what is new once, whatever dies, and nothing there is marked or moved."""

from __future__ import annotations

import shutil
from collections import namedtuple
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection
from imap_tools.mailbox import BaseMailBox

from helpdesk.database.instant import database_now
from helpdesk.mail.fetching import folder_visit, free_disk, mailbox_round
from helpdesk.mail.fetching.mailbox_round import MailboxRound
from helpdesk.mail.fetching.postman import Postman
from helpdesk.mail.servers import imap_folder
from helpdesk.mail.servers.imap_folder import MailRefused
from helpdesk.mail.servers.imap_server import imap_server_of, reading
from helpdesk.models import LineSecurity, Mailbox, MailboxFolder, RawMail, RawMailBytes
from helpdesk.outbox import copied_database
from helpdesk.secrets import key_ring
from tests.config.running import eventually
from tests.helpdesk.mail.servers.running_imap import LOGIN, PASSWORD, RunningImap, put, running_imap
from tests.helpdesk.mail.servers.stubborn_line import stubborn_line
from tests.helpdesk.outbox.receiver import closed_port
from tests.make import Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def server() -> Iterator[RunningImap]:
    with running_imap() as running:
        yield running


@pytest.fixture
def mailbox(make: Make, server: RunningImap) -> Mailbox:
    return make.mailbox(
        imap_host="127.0.0.1", imap_port=server.port, imap_login=LOGIN, imap_security=LineSecurity.NONE,
        imap_password=key_ring.seal(PASSWORD),
    )  # fmt: skip


def mail(subject: str) -> bytes:
    return f"From: jon@customer.example\r\nSubject: {subject}\r\n\r\nWhere is it?\r\n".encode()


@contextmanager
def there(mailbox: Mailbox) -> Iterator[BaseMailBox]:
    with reading(imap_server_of(mailbox, now=database_now()), seconds=20) as line:
        yield line


def lay(mailbox: Mailbox, *subjects: str, folder: str = "INBOX") -> None:
    with there(mailbox) as line:
        put(line, folder, *map(mail, subjects))


def visit(mailbox: Mailbox, folder: str = "INBOX", *, until: int = 1000) -> int:
    """Read a folder as a round does, at most so many mails."""
    left = iter(range(until))
    with there(mailbox) as line:
        return folder_visit.visit(
            line, mailbox, folder, clock=database_now, may_go_on=lambda: next(left, None) is not None
        )


def kept() -> list[bytes]:
    return [bytes(one.raw) for one in RawMailBytes.objects.order_by("mail")]


def test_what_was_there_before_is_left_there_and_what_comes_is_kept_as_it_is(mailbox: Mailbox) -> None:
    lay(mailbox, "Old", "Older")
    assert visit(mailbox) == 0
    lay(mailbox, "New", "Newer")

    assert (visit(mailbox), visit(mailbox)) == (2, 0)
    assert kept() == [mail("New"), mail("Newer")]


def test_nothing_there_is_marked_as_seen(mailbox: Mailbox) -> None:
    visit(mailbox)
    lay(mailbox, "New")
    visit(mailbox)

    with there(mailbox) as line:
        line.folder.set("INBOX", readonly=True)
        found = list(line.fetch(mark_seen=False))
    assert [(one.subject, "\\Seen" in one.flags) for one in found] == [("New", False)]


def test_what_somebody_has_seen_already_is_new_all_the_same(mailbox: Mailbox) -> None:
    visit(mailbox)
    lay(mailbox, "New")
    with there(mailbox) as line:
        line.folder.set("INBOX")
        line.flag(line.uids(), "\\Seen", True)

    assert visit(mailbox) == 1


def test_each_mail_is_kept_with_how_far_we_are(mailbox: Mailbox) -> None:
    visit(mailbox)
    lay(mailbox, "a", "b", "c")

    assert [visit(mailbox, until=2), visit(mailbox, until=2)] == [2, 1]
    assert kept() == [mail("a"), mail("b"), mail("c")]


def test_the_same_mail_in_two_folders_is_one(mailbox: Mailbox) -> None:
    lay(mailbox, folder="Support")
    assert visit(mailbox) == visit(mailbox, "Support") == 0
    lay(mailbox, "New")
    lay(mailbox, "New", folder="Support")

    assert visit(mailbox) + visit(mailbox, "Support") == 1


def test_what_lies_where_it_was_sent_is_known_as_that_and_one_mail_may_lie_in_both(mailbox: Mailbox) -> None:
    mailbox.sent_folder = "Sent"
    lay(mailbox, folder="Sent")
    assert [visit(mailbox, folder) for folder in mailbox.folders_to_read] == [0, 0]
    lay(mailbox, "To ourselves")
    lay(mailbox, "To ourselves", "Answer", folder="Sent")

    assert [visit(mailbox, folder) for folder in mailbox.folders_to_read] == [2, 1]
    assert list(RawMail.objects.order_by("pk").values_list("was_sent", flat=True)) == [True, True, False]


def test_a_folder_whose_numbers_begin_anew_is_looked_at_again_and_nothing_is_doubled(
    mailbox: Mailbox,
) -> None:
    lay(mailbox, folder="Support")
    visit(mailbox, "Support")
    lay(mailbox, "a", "b", folder="Support")
    visit(mailbox, "Support")
    mailbox_round.note_success(mailbox, now=database_now())
    mailbox.refresh_from_db()
    with there(mailbox) as line:
        line.folder.delete("Support")
    lay(mailbox, "b", "c", folder="Support")

    assert visit(mailbox, "Support") == 1
    assert kept() == [mail("a"), mail("b"), mail("c")]
    assert visit(mailbox, "Support") == 0


def test_in_another_account_only_what_came_since_is_new(mailbox: Mailbox) -> None:
    lay(mailbox, "Ours")
    visit(mailbox)
    mailbox_round.note_success(mailbox, now=database_now())
    mailbox.refresh_from_db()
    with running_imap() as other:
        mailbox.imap_port, mailbox.imap_host = other.port, "localhost"
        with there(mailbox) as line:
            for days in (1, 20):
                line.append(mail(f"{days} days old"), "INBOX", dt=database_now() - timedelta(days=days))
        assert visit(mailbox) == 0
        lay(mailbox, "New")
        assert (visit(mailbox), visit(mailbox)) == (1, 0)
    assert kept() == [mail("New")]


def test_an_account_that_moved_to_another_server_loses_nothing_and_doubles_nothing(mailbox: Mailbox) -> None:
    visit(mailbox)
    lay(mailbox, "a")
    visit(mailbox)
    mailbox_round.note_success(mailbox, now=database_now())
    mailbox.refresh_from_db()
    with running_imap() as other:
        mailbox.imap_port, mailbox.imap_host = other.port, "localhost"
        lay(mailbox, "a", "came meanwhile")
        assert visit(mailbox) == 1
    assert kept() == [mail("a"), mail("came meanwhile")]


def test_what_came_before_the_mailbox_was_connected_stays_left_when_numbers_begin_anew(
    mailbox: Mailbox,
) -> None:
    lay(mailbox, folder="Support")
    with there(mailbox) as line:
        line.append(mail("Old"), "Support", dt=database_now() - timedelta(minutes=1))
    visit(mailbox, "Support")
    Mailbox.objects.update(fetches_since=database_now())
    mailbox.refresh_from_db()
    MailboxFolder.objects.update(uid_validity=1)

    assert visit(mailbox, "Support") == 0
    lay(mailbox, "New", folder="Support")
    assert visit(mailbox, "Support") == 1


def test_a_mail_that_is_too_long_is_kept_up_to_there(mailbox: Mailbox, settings: Any) -> None:
    settings.MAIL_MAX_SIZE = 40
    visit(mailbox)
    lay(mailbox, "Long")
    visit(mailbox)
    assert kept() == [mail("Long")[:40]]


def test_one_that_was_removed_meanwhile_holds_nothing_up(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit(mailbox)
    lay(mailbox, "first", "second")
    found = imap_folder.uids_after

    def with_removed_ones(line: BaseMailBox, last_uid: int, **asked: Any) -> list[int]:
        uids = found(line, last_uid, **asked)
        return [*uids, uids[-1] + 1]

    monkeypatch.setattr(imap_folder, "uids_after", with_removed_ones)
    assert visit(mailbox) == 2
    assert kept() == [mail("first"), mail("second")]


REFUSALS = {
    "no": "TAG NO [SERVERBUG] Internal error\r\n",
    "bad": "TAG BAD Message is corrupt\r\n",
    "without its text": "* 2 FETCH (UID BODY[]<0> NIL)\r\nTAG OK Done\r\n",
}


@pytest.mark.parametrize("answer", REFUSALS.values(), ids=REFUSALS)
def test_a_mail_that_its_server_does_not_give_out_holds_up_no_other_and_is_asked_for_again(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    monkeypatch.setattr(connection, "close", lambda: None)
    monkeypatch.setattr(imap_folder, "tells_of_new_mail", lambda _: False)
    visit(mailbox)
    lay(mailbox, "first", "second", "third")
    refused = {MailboxFolder.objects.get().last_uid + 2}
    with stubborn_line(mailbox.imap_port, refused=refused, answer=answer) as port:
        Mailbox.objects.update(imap_port=port)
        MailboxFolder.objects.update(account=f"{LOGIN}@127.0.0.1")
        Steps(mailbox, failures=1)
        mailbox.refresh_from_db()

        assert kept() == [mail("first"), mail("third")]
        assert "“INBOX”" in mailbox.said
        assert mailbox.failing_since is not None

        refused.clear()
        Steps(mailbox, failures=1)

    after = Mailbox.objects.get()
    assert kept() == [mail("first"), mail("third"), mail("second")]
    assert (after.said, after.failing_since) == ("", None)


def test_a_server_that_gives_out_none_of_its_mails_is_out_of_order(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_visit, "MOST_REFUSED", 2)
    visit(mailbox)
    lay(mailbox, *"abcd")
    with stubborn_line(mailbox.imap_port, refused=range(10**6), answer=REFUSALS["no"]) as port:
        mailbox.imap_port = port
        with pytest.raises(MailRefused, match="Internal error"):
            visit(mailbox)

    mailbox.refresh_from_db()
    assert visit(mailbox) == 4


def test_a_server_that_does_not_tell_its_next_uid_is_read_from_now_on_all_the_same(mailbox: Mailbox) -> None:
    lay(mailbox, "Old", "Older")
    with stubborn_line(mailbox.imap_port, unsaid=b"* OK [UIDNEXT") as port:
        mailbox.imap_port = port
        assert visit(mailbox) == 0
        lay(mailbox, "New")
        assert visit(mailbox) == 1

    assert kept() == [mail("New")]


@pytest.mark.django_db(transaction=True)
def test_two_who_fetch_at_once_keep_each_mail_once(mailbox: Mailbox) -> None:
    visit(mailbox)
    lay(mailbox, *map(str, range(20)))
    found: list[int] = []

    def fetch() -> None:
        found.append(visit(mailbox))
        connection.close()

    threads = [Thread(target=fetch) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(found) == RawMail.objects.count() == 20


class Steps:
    """A round's waiting: it is over after so many looks that wait."""

    def __init__(self, mailbox: Mailbox, *, failures: int) -> None:
        self.waited: list[float] = []
        self._failures = failures
        self._round = MailboxRound(mailbox.pk, wait=self._wait)
        self._round.go_on()

    def _wait(self, seconds: float) -> bool:
        if seconds:
            self.waited.append(seconds)
        return len(self.waited) >= self._failures


def test_a_mailbox_that_cannot_be_read_says_so_and_is_tried_ever_later(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        connection, "close", lambda: None
    )  # a round's thread has its own, and this is the test's
    mailbox.imap_port = closed_port()
    mailbox.save()

    assert Steps(mailbox, failures=5).waited == [5.0, 15.0, 30.0, 60.0, 60.0]

    mailbox.refresh_from_db()
    assert "Nobody answers at 127.0.0.1" in mailbox.said
    assert mailbox.failing_since is not None
    assert mailbox.read_at is None


def test_a_folder_that_is_not_there_is_named(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "close", lambda: None)
    mailbox.folders = ["Sales"]
    mailbox.save()
    Steps(mailbox, failures=1)
    mailbox.refresh_from_db()
    assert "“Sales”" in mailbox.said


def test_where_the_disk_is_nearly_full_mail_stays_on_its_server(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "close", lambda: None)
    visit(mailbox)
    lay(mailbox, "New")
    usage = namedtuple("usage", "total used free")  # as shutil has it
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(100, 99, free_disk.LEAST - 1))

    Steps(mailbox, failures=1)

    mailbox.refresh_from_db()
    assert "disk is nearly full" in mailbox.said
    assert kept() == []


def test_a_copy_of_the_database_reads_no_mailbox_until_it_is_released(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "close", lambda: None)
    Mailbox.objects.update(imap_port=closed_port())

    copied_database.hold(now=database_now())
    assert Steps(mailbox, failures=1).waited == []
    copied_database.release(give_up=False, now=database_now())
    assert Steps(mailbox, failures=1).waited != []


@pytest.mark.django_db(transaction=True)
def test_the_postman_brings_what_comes_at_once_and_one_mailbox_holds_up_no_other(
    mailbox: Mailbox,
    make: Make,
) -> None:
    make.mailbox("down@shop.example", imap_host="127.0.0.1", imap_port=closed_port())
    over = Event()
    postman = Thread(target=Postman(over=over).keep)
    postman.start()
    try:
        eventually(lambda: Mailbox.objects.get(pk=mailbox.pk).read_at)
        lay(mailbox, "New")
        eventually(RawMail.objects.exists)
        eventually(lambda: Mailbox.objects.get(address="down@shop.example").failing_since)
    finally:
        over.set()
        postman.join()
    assert kept() == [mail("New")]
