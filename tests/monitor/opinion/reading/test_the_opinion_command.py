"""`manage.py opinion` by a token: read to its end in the foreground, gone on with, and no token where others see it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from monitor.models import Opinion, OpinionSource
from tests.monitor.opinion import exports, freshdesk_records, gorgias_records
from tests.monitor.opinion.reading.begun import trust
from tests.monitor.opinion.reading.freshdesk_stand_in import FreshdeskStandIn
from tests.monitor.opinion.reading.gorgias_stand_in import GorgiasStandIn
from tests.monitor.opinion.reading.stand_in import (
    TOKEN,
    USERS,
    Fault,
    StandIn,
    ZendeskStandIn,
    open_to_questions,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

BARE = TOKEN.removeprefix("Bearer ")
FRESHDESK = [freshdesk_records.record(first=None)]
GORGIAS = [gorgias_records.record(gorgias_records.ASKED)]
HERE: Sequence[tuple[str, StandIn]] = (
    ("zendesk", ZendeskStandIn(list(exports.TICKETS.values()), users=USERS)),
    ("freshdesk", FreshdeskStandIn(FRESHDESK, token="Basic d29uZGVyZnVsLXRva2VuOlg=")),
    ("gorgias", GorgiasStandIn(GORGIAS)),
)


def call(monkeypatch: pytest.MonkeyPatch, *arguments: str, token: str = BARE) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(token + "\n"))
    call_command("opinion", *arguments, "--days", "3650", "--robot", str(exports.ROBOT))


@pytest.mark.parametrize(("vendor", "there"), HERE, ids=[vendor for vendor, _ in HERE])
def test_an_account_is_read_to_its_end_and_counted(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: Any, vendor: str, there: StandIn
) -> None:
    with open_to_questions(there):
        trust(settings, there)
        call(monkeypatch, "--vendor", vendor, "--account", f"acme.{vendor}.com")

    said = capsys.readouterr().out
    assert f"{len(there.tickets)} tickets counted" in said
    assert "Closed without an answer" in said
    assert BARE not in said
    assert OpinionSource.objects.get().authorization == ""


def test_a_token_may_stand_in_a_variable_of_the_environment(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, zendesk: StandIn
) -> None:
    monkeypatch.setenv("THEIRS", BARE)

    call(monkeypatch, "--account", "acme", "--token-in", "THEIRS", token="")

    assert OpinionSource.objects.get().finished_at is not None


def test_who_is_refused_hears_why_and_goes_on_with_another_token(
    monkeypatch: pytest.MonkeyPatch, capsys: Any, zendesk: StandIn
) -> None:
    zendesk.faults = {2: Fault(403)}
    with pytest.raises(CommandError, match=r"admin's.*--into"):
        call(monkeypatch, "--account", "acme")

    call(monkeypatch, "--into", str(Opinion.objects.get().pk))

    assert "6 tickets counted" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "token", "said"),
    [
        (["--account", "acme.example.com"], BARE, "no name of an account"),
        (["--account", "acme"], "", "no blanks"),
        (["--account", "acme"], "two words", "no blanks"),
        (["--account", "acme", "--token-in", "NO_SUCH_VARIABLE"], BARE, "no blanks"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_begun(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], token: str, said: str
) -> None:
    with pytest.raises(CommandError, match=said):
        call(monkeypatch, *arguments, token=token)

    assert not Opinion.objects.exists()
