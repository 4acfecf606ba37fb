"""A backup has the files that its rows name, and a restore puts them back, whatever became of them meanwhile."""

from __future__ import annotations

import io
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from config.backup import backup_file, kept_files, postgres_programs
from helpdesk.attachments import file_sweep
from helpdesk.attachments.file_answer import content_of
from helpdesk.attachments.file_keeping import GivenFile
from helpdesk.models import Attachment
from tests.helpdesk.attachments.given_files import BILL, on_the_first_message
from tests.make import NOW, Make

pytestmark = pytest.mark.django_db(transaction=True)

MUCH_LATER = NOW.replace(year=2027)


@pytest.fixture
def old(make: Make) -> Attachment:
    return on_the_first_message(make.ticket(), by=make.agent())


@pytest.fixture
def backup(old: Attachment, tmp_path: Path) -> Iterator[Path]:
    backup_file.backup(tmp_path / "backup")
    yield tmp_path / "backup"
    connection.close()


def newer(make: Make) -> Attachment:
    return on_the_first_message(make.ticket(), GivenFile("new.txt", b"new"), by=make.agent())


def test_what_was_deleted_since_is_there_again_and_what_came_since_is_gone(
    make: Make, old: Attachment, backup: Path
) -> None:
    new = newer(make)
    Attachment.objects.filter(pk=old.pk).update(message=None)
    file_sweep.sweep(now=MUCH_LATER, limit=10)
    assert not default_storage.exists(old.path)
    backup_file.restore(backup)

    assert content_of(Attachment.objects.get()) == BILL.content
    assert not default_storage.exists(new.path)


def test_on_another_machine_all_files_are_there(old: Attachment, backup: Path) -> None:
    default_storage.delete(old.path)
    backup_file.restore(backup)

    assert content_of(Attachment.objects.get()) == BILL.content


def test_a_sweep_deletes_nothing_while_a_backup_is_made(old: Attachment) -> None:
    Attachment.objects.update(message=None)
    with kept_files.none_swept():
        other = connection.copy()
        try:
            with other.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [file_sweep.FILES_ARE_READ])
                assert cursor.fetchone() == (False,)
        finally:
            other.close()

    assert file_sweep.sweep(now=MUCH_LATER, limit=10) == 1


def test_what_came_while_it_was_made_is_no_part_of_it(
    make: Make, old: Attachment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dump = backup_file._run

    def busy(program: Path, *arguments: str) -> None:
        other = connection.copy()
        try:
            with other.cursor() as cursor:
                cursor.execute("UPDATE helpdesk_attachment SET kept_at = NULL, message_id = NULL")
        finally:
            other.close()
        dump(program, *arguments)

    monkeypatch.setattr(backup_file, "_run", busy)
    backup_file.backup(tmp_path / "backup")
    monkeypatch.undo()
    backup_file.restore(tmp_path / "backup")

    assert content_of(Attachment.objects.get(kept_at__isnull=False)) == BILL.content
    connection.close()


def test_a_mere_dump_of_before_is_restored_and_leaves_files_alone(
    make: Make, old: Attachment, tmp_path: Path
) -> None:
    programs = postgres_programs.newest()
    subprocess.run(
        [programs / "pg_dump", "--format=custom", f"--file={tmp_path / 'dump'}", backup_file._address()],
        check=True,
        env=backup_file._environment(),
    )
    new = newer(make)
    backup_file.restore(tmp_path / "dump")

    assert [file.path for file in Attachment.objects.all()] == [old.path]
    assert default_storage.exists(new.path)
    connection.close()


def test_what_is_broken_off_replaces_nothing(make: Make, old: Attachment, backup: Path) -> None:
    new = newer(make)
    whole = backup.read_bytes()
    for broken in (whole[: len(whole) // 2], b"no backup at all", b"", whole[:600]):
        backup.write_bytes(broken)
        with pytest.raises(backup_file.NoBackup):
            backup_file.restore(backup)

    assert {file.path for file in Attachment.objects.all()} == {old.path, new.path}
    assert content_of(new) == b"new"


def test_a_database_that_cannot_be_put_back_leaves_no_file(old: Attachment, backup: Path) -> None:
    forged = backup.with_name("forged")
    path = "ab/" + "c" * 32
    with tarfile.open(forged, "w") as archive:
        for name, content in (("database", b"PGDMP broken"), ("files/" + path, b"x")):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    with pytest.raises(backup_file.ProgramFailed):
        backup_file.restore(forged)

    assert not default_storage.exists(path)
    assert Attachment.objects.get() == old


@pytest.mark.parametrize("name", ["files/../../escaped", "/files/escaped", "files/ab/short", "files/x"])
def test_no_name_in_an_archive_leads_out_of_the_storage(backup: Path, name: str, tmp_path: Path) -> None:
    with tarfile.open(backup, "a") as archive:
        member = tarfile.TarInfo(name)
        member.size = 1
        archive.addfile(member, io.BytesIO(b"x"))
    before = files_in_storage()
    backup_file.restore(backup)

    assert files_in_storage() == before
    assert not list(tmp_path.rglob("escaped"))


def files_in_storage() -> set[Path]:
    return {path for path in Path(default_storage.path("")).rglob("*") if path.is_file()}


def test_a_file_that_is_gone_already_costs_no_backup(old: Attachment, tmp_path: Path) -> None:
    default_storage.delete(old.path)
    backup_file.backup(tmp_path / "backup")

    with tarfile.open(tmp_path / "backup") as archive:
        assert archive.getnames() == ["database"]
    connection.close()
