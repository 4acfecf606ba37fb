"""Files as spreadsheets, databases and broken pipes leave them: what is bad is set aside, and nothing else."""

from __future__ import annotations

import csv
import gzip
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from helpdesk.database.instant import database_now
from helpdesk.intake.log_text import NotAMessageLog
from helpdesk.intake.message_log import LoggedConversation, RefusedLine, read
from helpdesk.models import Agent, Customer, Message, Store, Ticket
from tests.helpdesk.intake.test_message_logs import BAD, HEAD, LOG, bring_in, bring_in_some, log
from tests.make import Make

TEXT = "\n".join([HEAD, *LOG]) + "\n"
UNCLOSED = '1,4,m5,2022-01-05T05:40:00Z,ann,reporter,customer,1,"Never closed'
AFTER = "2,1,m6,2022-01-05T06:10:00Z,bob,reporter,customer,1,Still here."


def read_bytes(tmp_path: Path, raw: bytes) -> tuple[list[LoggedConversation], list[RefusedLine]]:
    path = tmp_path / "log.csv"
    path.write_bytes(raw)
    return read(path)


@pytest.mark.parametrize(
    "raw",
    [
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        TEXT.replace("\n", "\r\n").encode(),
        b"sep=,\r\n" + TEXT.encode(),
        TEXT.replace("ticket_id,comment_seq", "Ticket_ID , comment_seq").encode(),
        gzip.compress(TEXT[:80].encode(), mtime=0) + gzip.compress(TEXT[80:].encode(), mtime=0),
    ],
    ids=["mark", "utf-16", "utf-16-le", "utf-16-be", "crlf", "hint", "heads", "two gzips"],
)
def test_a_log_is_read_however_it_is_written(tmp_path: Path, raw: bytes) -> None:
    conversations, aside = read_bytes(tmp_path, raw)

    assert [len(each.lines) for each in conversations] == [4, 1]
    assert aside == []


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_cells_are_told_apart_by_whatever_stands_between_them(tmp_path: Path, separator: str) -> None:
    path = tmp_path / "log.csv"
    with path.open("w", newline="") as file:
        csv.writer(file, delimiter=separator).writerows(csv.reader(TEXT.splitlines(keepends=True)))

    assert [len(each.lines) for each in read(path)[0]] == [4, 1]


@pytest.mark.parametrize("raw", [b"PK\x03\x04 a workbook", b"\xd0\xcf\x11\xe0 an old one"])
def test_a_workbook_is_called_by_its_name(tmp_path: Path, raw: bytes) -> None:
    with pytest.raises(NotAMessageLog, match="workbook"):
        read_bytes(tmp_path, raw)


@pytest.mark.parametrize(
    ("lines", "numbers", "reason"),
    [
        ([UNCLOSED, AFTER], [8], "quote"),
        ([UNCLOSED, AFTER.replace("Still here.", '"Still here."')], [8], "quote"),
        ([UNCLOSED, AFTER + ' 5"'], [8], "quote"),
        ([AFTER + ",more,cells"], [8], "more cells"),
        (["2,1,m6", AFTER], [8], "shorter"),
        ([AFTER.replace("2022-01-05T06:10:00Z", "0001-01-01T00:00:00+14:00")], [8], "is not a time"),
        ([AFTER.replace("2022-01-05T06:10:00Z", "9999-12-31T23:59:59-14:00")], [8], "is not a time"),
        ([AFTER.replace("2,1", "1.2E+17,1", 1)], [8], "spreadsheet"),
        ([AFTER.replace("m6", "1,2e17")], [8], "more cells"),
        ([AFTER.replace("m6", '"1,2e17"')], [8], "spreadsheet"),
        (
            ["1,0,m7,2022-01-05T07:00:00Z,eve,reporter,customer,1,Another's"],
            [8],
            "another message 0, on line 2",
        ),
        ([AFTER.replace("Still here.", "\u200b")], [8], "empty"),
    ],
)
def test_a_bad_row_is_set_aside_with_its_line_and_reason(
    tmp_path: Path, lines: list[str], numbers: list[int], reason: str
) -> None:
    conversations, aside = read(log(tmp_path, *LOG, *lines))

    assert [each.number for each in aside] == numbers
    assert reason in aside[0].reason
    assert sum(len(each.lines) for each in conversations) == 5 + len(lines) - len(aside)


def test_a_line_number_is_where_a_record_begins(tmp_path: Path) -> None:
    conversations, _ = read(log(tmp_path, *LOG))

    assert [line.number for each in conversations for line in each.lines] == [2, 4, 5, 6, 7]


def test_a_message_may_hold_what_looks_like_cells(tmp_path: Path) -> None:
    body = '2,1,m6,2022-01-05T06:10:00Z,bob,reporter,customer,1,"a,b,c,d,e,f,g,h,i\nand ""so"" on\n"'

    conversations, aside = read(log(tmp_path, *LOG, body))

    assert aside == []
    assert conversations[1].lines[1].body == 'a,b,c,d,e,f,g,h,i\nand "so" on\n'


@pytest.mark.parametrize("damage", ["cut off", "changed"])
def test_of_a_damaged_gzip_what_can_be_read_comes_in(tmp_path: Path, damage: str) -> None:
    whole = "\n".join(
        [HEAD, *LOG[:2], *(f"1,{n},n{n},2022-01-05T06:00:00Z,ann,x,customer,1,{n}" for n in range(9, 3000))]
    )
    packed = bytearray(gzip.compress(whole.encode()))
    if damage == "cut off":
        packed = packed[: len(packed) // 2]
    else:
        packed[-6] ^= 0xFF

    [conversation], aside = read_bytes(tmp_path, bytes(packed))

    assert len(conversation.lines) > 1000
    assert [each.reason for each in aside] == ["The file is damaged or cut off here."]
    assert aside[0].number > conversation.lines[-1].number


@pytest.mark.django_db
def test_the_last_line_and_the_status_say_how_many_were_set_aside(tmp_path: Path) -> None:
    some = bring_in_some(log(tmp_path, *LOG, *BAD), tmp_path)
    none = bring_in_some(log(tmp_path, *BAD), tmp_path)

    assert (some.returncode, none.returncode) == (3, 1)
    assert str(some).startswith("7 lines set aside")
    assert Message.objects.count() == 5


@pytest.mark.django_db
def test_a_store_that_is_not_there_is_made_only_when_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no store “Shpo”"):
        bring_in(log(tmp_path, *LOG), tmp_path, store="Shpo")
    assert not Store.objects.exists()

    bring_in(log(tmp_path, *LOG), tmp_path, store="Shop", make_store=True)

    assert Ticket.objects.filter(store__name="Shop").count() == 2


@pytest.mark.django_db
def test_a_file_is_named_from_where_the_caller_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log(tmp_path, *LOG, BAD[0])
    monkeypatch.setenv("ATTEND_CALLED_FROM", str(tmp_path))

    with pytest.raises(CommandError):
        bring_in(Path("log.csv"), tmp_path, errors=None)

    assert (tmp_path / "log.csv.errors.csv").exists()


@pytest.mark.django_db
def test_a_body_is_as_long_as_at_every_other_door(tmp_path: Path) -> None:
    long = "2,1,m6,2022-01-05T06:10:00Z,bob,x,customer,1," + "x" * 3_000_000

    bring_in(log(tmp_path, *LOG, long), tmp_path)

    message = Message.objects.get(external_id="m6")
    assert (len(message.body), message.body[-1]) == (100_000, "…")
    assert len(message.rest) == len("/body: …") + 2_900_001


@pytest.mark.django_db
def test_a_name_makes_nobody_somebody_else(tmp_path: Path, make: Make) -> None:
    ann = make.agent("ann")
    lines = [
        "1,0,a0,2022-01-05T05:00:00Z,J. Smith,x,customer,1,One",
        "1,1,a1,2022-01-05T05:01:00Z,Ann,x,agent,1,Hello",
        "1,2,a2,2022-01-05T05:02:00Z,ann,x,agent,0,Noted",
        "1,3,a3,2022-01-05T05:03:00Z,,x,agent,1,Anonymous",
        "2,0,b0,2022-01-05T05:00:00Z,J. Smith,x,customer,1,Two",
    ]

    bring_in(log(tmp_path, *lines), tmp_path)

    assert Customer.objects.filter(name="J. Smith").count() == 2
    assert list(Agent.objects.all()) == [ann]
    said = Message.objects.filter(author="agent").order_by("external_id")
    assert [(one.agent, one.author_name, one.public) for one in said] == [
        (None, "Ann", True),
        (None, "ann", False),
        (None, "", True),
    ]


@pytest.mark.django_db
def test_the_same_author_is_the_same_customer_only_when_told(tmp_path: Path) -> None:
    lines = [f"{n},0,m{n},2022-01-05T05:00:00Z,c_17,x,customer,1,Hello" for n in (1, 2)]

    bring_in(log(tmp_path, *lines), tmp_path, authors_are_ids=True)

    assert Customer.objects.get().external_id == "c_17"


@pytest.mark.django_db
def test_another_message_of_the_same_id_is_set_aside_and_a_doubled_line_is_not(tmp_path: Path) -> None:
    other = "1,4,m3,2022-01-05T05:50:00Z,max,others,agent,1,Something else."

    bring_in_some(log(tmp_path, *LOG, LOG[3], other), tmp_path)

    [refused] = csv.DictReader((tmp_path / "errors.csv").read_text().splitlines())
    assert (refused["message_id"], refused["reason"]) == (
        "m3",
        "The ticket has another message with this id, on line 6.",
    )
    assert Message.objects.get(external_id="m3").body == "Here it is."


@pytest.mark.django_db
@pytest.mark.parametrize("silent_for", ["nan", "inf", "1e300", "-1", "soon"])
def test_a_silence_of_no_number_of_days_is_refused(tmp_path: Path, silent_for: str) -> None:
    path = log(tmp_path, *LOG)
    with pytest.raises(CommandError, match="a number of days from 0"):
        call_command("import_messages", str(path), f"--silent-for={silent_for}")

    assert not Ticket.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("errors", ["nowhere/errors.csv", "."])
def test_where_the_errors_cannot_be_written_nothing_is_imported(tmp_path: Path, errors: str) -> None:
    with pytest.raises(CommandError, match="Nothing can be written to"):
        bring_in(log(tmp_path, *LOG, *BAD), tmp_path, errors=tmp_path / errors)

    assert not Ticket.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["", "\u200b", "n" * 201])
def test_a_store_is_made_under_no_name_that_nobody_could_read(tmp_path: Path, name: str) -> None:
    with pytest.raises(CommandError, match="--store: "):
        bring_in(log(tmp_path, *LOG), tmp_path, store=name, make_store=True)

    assert not Store.objects.exists()


def test_a_store_of_another_environment_is_not_taken_for_the_one_that_was_meant(
    tmp_path: Path, make: Make
) -> None:
    make.store("Shop")
    with pytest.raises(CommandError, match="is live, and not test"):
        bring_in(log(tmp_path, *LOG), tmp_path, store="Shop", environment="test")

    make.store("Shop", environment="test")
    with pytest.raises(CommandError, match="Several stores are called"):
        bring_in(log(tmp_path, *LOG), tmp_path, store="Shop")
    bring_in(log(tmp_path, *LOG), tmp_path, store="Shop", environment="test")
    assert set(Ticket.objects.values_list("store__environment", flat=True)) == {"test"}


def test_a_store_is_found_however_its_name_is_spelled(tmp_path: Path, make: Make) -> None:
    shop = make.store("Old Shop")

    bring_in(log(tmp_path, *LOG), tmp_path, store="old  SHOP", make_store=True)

    assert list(Store.objects.all()) == [shop]
    assert Ticket.objects.filter(store=shop).exists()


def test_a_store_that_is_made_takes_the_queue_that_is_called_so_however_it_is_spelled(
    tmp_path: Path, make: Make
) -> None:
    queue = make.queue("Old Shop")

    bring_in(log(tmp_path, *LOG), tmp_path, store="OLD SHOP", make_store=True)

    assert Store.objects.get(name="OLD SHOP").default_queue == queue


@pytest.mark.django_db
def test_what_is_taken_otherwise_than_it_says_is_named_with_its_line(tmp_path: Path) -> None:
    ahead = (database_now() + timedelta(hours=2)).isoformat()
    lines = [
        f"7,0,m0,{ahead},kim,reporter,customer,1,{'Where? ' * 20_000}",
        f"7,1,m1,{ahead},max,others,agent,1,{'Here. ' * 20_000}",
    ]

    said = bring_in(log(tmp_path, *lines), tmp_path)

    assert "4 lines were taken otherwise than they say" in said
    named = [row[0] for row in csv.reader((tmp_path / "errors.csv").read_text().splitlines()[1:])]
    assert named == ["2", "2", "3", "3"]
