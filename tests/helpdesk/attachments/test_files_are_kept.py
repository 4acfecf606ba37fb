"""A file that is kept has a row before it has bytes, and none of either once nothing needs it."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import transaction

from helpdesk import tasks
from helpdesk.access.erasure import erase_customer
from helpdesk.attachments import file_sweep, message_files
from helpdesk.attachments.file_keeping import FileEmpty, FileTooLarge, GivenFile, take_in
from helpdesk.attachments.lasting_files import LastingFiles
from helpdesk.attachments.message_files import FilesTooLarge, TooManyFiles, UnknownAttachment
from helpdesk.database.deletion import delete_whole
from helpdesk.models import Attachment, Message, Ticket
from helpdesk.models.files.attachment import GIVEN_FOR, ON_ITS_WAY_FOR
from tests.make import NOW, Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

BILL = GivenFile(name="bill.pdf", content=b"%PDF-1.7 a bill")
SECOND = timedelta(seconds=1)


def given(make: Make, file: GivenFile = BILL, *, agent: str = "owner") -> Attachment:
    return take_in(file, giver=make.agent(agent), store=make.store(), now=NOW)


def put(make: Make, *files: Attachment) -> Message:
    """Put them on the message of a new ticket."""
    message = Message.objects.get(ticket=make.ticket())
    with transaction.atomic():
        message_files.put_on(message, [file.pk for file in files], giver=make.agent())
    return message


def test_what_is_kept_is_told_by_its_content_and_lies_under_a_name_that_says_nothing(make: Make) -> None:
    file = given(make)

    assert (file.name, file.content_type, file.size) == ("bill.pdf", "application/pdf", 15)
    assert bytes(file.digest) == sha256(BILL.content).digest()
    with default_storage.open(file.path) as kept:
        assert kept.read() == BILL.content
    assert "bill" not in file.path
    lies = Path(default_storage.path(file.path))
    assert (lies.stat().st_mode & 0o777, lies.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_file_may_be_as_large_as_the_limit_and_not_larger(make: Make, settings: Any) -> None:
    settings.FILE_MAX_SIZE = 2 * 1024 * 1024
    fits = given(make, GivenFile(name="a", content=b"a" * settings.FILE_MAX_SIZE))
    with pytest.raises(FileTooLarge, match="“b” is too large: a file may have at most 2 MiB"):
        given(make, GivenFile(name="b", content=b"a" * (settings.FILE_MAX_SIZE + 1)))
    with pytest.raises(FileEmpty):
        given(make, GivenFile(name="c", content=b""))

    assert [file.pk for file in Attachment.objects.all()] == [fits.pk]


def test_a_file_is_put_on_one_message_by_whoever_gave_it(make: Make) -> None:
    file, theirs = given(make), given(make, agent="colleague")
    message = put(make, file)

    assert list(message.attachments.all()) == [file]
    with pytest.raises(UnknownAttachment):
        put(make, file)
    with pytest.raises(UnknownAttachment):
        put(make, theirs)
    with pytest.raises(UnknownAttachment):
        put(make, take_in(BILL, giver=make.agent(), store=make.store("Another"), now=NOW))
    with pytest.raises(UnknownAttachment):
        put(make, Attachment(pk=10**18))


def test_a_file_given_before_its_store_is_known_becomes_the_messages(make: Make) -> None:
    file = take_in(BILL, giver=make.agent(), store=None, now=NOW)
    message = put(make, file)

    assert message.attachments.get().store == message.store


def test_a_key_puts_on_messages_what_it_gave_itself(make: Make) -> None:
    key, other = make.key()[0], make.key()[0]
    file = take_in(BILL, giver=key, store=key.store, now=NOW)
    message = Message.objects.get(ticket=make.ticket())
    with pytest.raises(UnknownAttachment), transaction.atomic():
        message_files.put_on(message, [file.pk], giver=other)
    with transaction.atomic():
        message_files.put_on(message, [file.pk], giver=key)

    assert message.attachments.get() == file


def test_files_of_one_message_have_a_limit_together(make: Make, settings: Any) -> None:
    settings.FILES_MAX_SIZE = 1024 * 1024
    halves = [given(make, GivenFile(name=name, content=b"a" * (512 * 1024))) for name in "ab"]
    drop = given(make, GivenFile(name="drop", content=b"a"))
    with pytest.raises(FilesTooLarge, match="2 MiB together; one message may have at most 1 MiB"):
        put(make, *halves, drop)
    with pytest.raises(TooManyFiles):
        put(make, *[Attachment(pk=number) for number in range(51)])

    assert put(make, *halves).attachments.count() == 2


def test_what_waits_for_a_message_is_swept_after_a_day(make: Make) -> None:
    waiting = given(make)
    on_a_message = put(make, given(make)).attachments.get()
    assert file_sweep.sweep(now=NOW + GIVEN_FOR, limit=10) == 0
    assert file_sweep.sweep(now=NOW + GIVEN_FOR + SECOND, limit=10) == 1

    assert Attachment.objects.get() == on_a_message
    assert (default_storage.exists(waiting.path), default_storage.exists(on_a_message.path)) == (False, True)


def test_whoever_dies_while_keeping_a_file_leaves_what_a_sweep_finds(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Died(BaseException):
        pass

    def save_half(self: LastingFiles, name: str, content: Any) -> str:
        Path(self.path(name)).parent.mkdir(exist_ok=True)
        Path(self.path(name)).write_bytes(b"%PDF")
        raise Died

    monkeypatch.setattr(LastingFiles, "_save", save_half)
    with pytest.raises(Died):
        given(make)
    half = Attachment.objects.get()
    with pytest.raises(UnknownAttachment):
        put(make, half)
    assert default_storage.exists(half.path)

    file_sweep.sweep(now=NOW + GIVEN_FOR + SECOND, limit=10)
    assert not default_storage.exists(half.path)
    assert not Attachment.objects.exists()


def test_a_sweep_that_was_broken_off_is_gone_on_with(make: Make) -> None:
    file = given(make)
    default_storage.delete(file.path)

    assert file_sweep.sweep(now=NOW + GIVEN_FOR + SECOND, limit=10) == 1


def test_what_was_on_a_deleted_message_goes_with_its_bytes(make: Make) -> None:
    file = put(make, given(make)).attachments.get()
    delete_whole(Ticket.objects.all())
    assert file_sweep.sweep(now=NOW + ON_ITS_WAY_FOR + SECOND, limit=10) == 1

    assert not default_storage.exists(file.path)


def test_the_files_of_a_customer_who_is_erased_go_too_and_their_names_at_once(make: Make) -> None:
    message = put(make, given(make))
    file = message.attachments.get()
    with transaction.atomic():
        erase_customer(customer=message.ticket.customer)
    file.refresh_from_db()
    assert (file.message, file.name) == (None, "")

    tasks.sweep_files()
    assert not default_storage.exists(file.path)
