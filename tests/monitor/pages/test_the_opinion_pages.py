"""Second opinions on their pages: an export is given, counted, read by reasons down to one ticket, and removed."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from helpdesk.database.instant import database_now
from helpdesk.jobs import job_turn
from helpdesk.models import Job
from monitor.models import Calendar, Opinion
from tests.make import Make
from tests.monitor.opinion import exports

pytestmark = [pytest.mark.database, pytest.mark.django_db]

DAYS_ENOUGH = 3650


@pytest.fixture
def admin(make: Make, client: Client) -> Client:
    client.force_login(make.agent("admin"))
    return client


def give(client: Client, told: bytes | None = None, **more: Any) -> Any:
    file = SimpleUploadedFile("export.json", exports.whole() if told is None else told)
    form = {"vendor": "zendesk", "file": file, "days": DAYS_ENOUGH, "robots": str(exports.ROBOT)} | more
    return client.post(reverse("second-opinions"), form)


def counted() -> Opinion:
    while Job.objects.unfinished().exists():
        job_turn.take(now=database_now(), limit=500)
    return Opinion.objects.get()


def read(client: Client, name: str, *places: object, query: str = "") -> str:
    answer = client.get(reverse(name, args=places) + query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_an_export_is_given_and_each_difference_leads_to_its_tickets(admin: Client) -> None:
    answer = give(admin)
    opinion = Opinion.objects.get()
    assert answer.headers["Location"] == reverse("second-opinion", args=[opinion.pk])
    assert "0 of 6 tickets counted" in read(admin, "second-opinion", opinion.pk)

    counted()

    page = read(admin, "second-opinion", opinion.pk)
    assert "5 differ" in page
    assert "answered within <strong>7 min</strong>" in page
    for number, reason in enumerate(exports.TICKETS, start=1):
        assert not reason or f"?reason={reason}" in page
        assert f"#{number}</a>" in read(admin, "opinion-tickets", opinion.pk, query=f"?reason={reason}")


def test_a_ticket_shows_both_figures_what_stopped_which_clock_and_the_ledger(admin: Client) -> None:
    give(admin)
    page = read(admin, "opinion-ticket", counted().pk, 4)

    assert "A program&#x27;s answer counted." in page
    assert "<strong>1 min</strong>" in page
    assert "<strong>1 hr</strong>" in page
    assert page.count("their clock") == page.count("our clock") == 1
    assert "public reply sent" not in page  # the ledger ends there
    assert "opened" in page


def test_who_spoke_may_not_be_told(admin: Client) -> None:
    nameless = exports.comment(2, exports.AGENT, 95) | {"author_id": None}
    give(admin, json.dumps(exports.ticket(1, exports.asked(), nameless, theirs=95)).encode())
    page = read(admin, "opinion-ticket", counted().pk, 1)

    assert "they do not tell who" in page
    assert "not every export tells who does" in page


def test_digits_of_large_numbers_stand_in_groups(admin: Client) -> None:
    give(admin)
    opinion = counted()
    Opinion.objects.update(older=12345)

    assert "12,345 tickets were made earlier" in read(admin, "second-opinion", opinion.pk)


def test_who_was_never_answered_is_shown_with_no_figure_of_theirs(admin: Client) -> None:
    give(admin)
    page = read(admin, "opinion-ticket", counted().pk, 2)

    assert "<strong>–</strong>" in page
    assert "never answered" in page


def test_a_long_list_is_read_page_by_page(admin: Client) -> None:
    many = [exports.ticket(number, exports.asked(), theirs=None) for number in range(1, 62)]
    give(admin, b"\n".join(json.dumps(each).encode() for each in many))
    opinion = counted()

    first = read(admin, "opinion-tickets", opinion.pk, query="?reason=closed_silently")
    second = read(admin, "opinion-tickets", opinion.pk, query="?reason=closed_silently&after=50")

    assert ">More</a>" in first
    assert "#51</a>" in second
    assert ">More</a>" not in second


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (b"not an export", "There is no ticket in it"),
        (b"\x1f\x8bxxxx", "The file is damaged"),
        (b'{"user": {"id": 1, "role": "agent"}}', "There is no ticket in it"),
    ],
)
def test_what_is_no_export_is_refused_and_nothing_of_it_is_kept(
    admin: Client, told: bytes, said: str
) -> None:
    answer = give(admin, told)

    assert (answer.status_code, Opinion.objects.exists(), Job.objects.exists()) == (422, False, False)
    assert said in answer.content.decode()


def test_an_export_of_tickets_that_are_all_older_says_so(admin: Client) -> None:
    answer = give(admin, days=1)

    assert "ask for more days" in answer.content.decode()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"robots": "Zelda"}, "is no number of a user"),
        ({"robots": str(2**63)}, "is no number of a user"),
        ({"robots": " ".join(["1"] * 201)}, "At most 200"),
        ({"days": 0}, "greater than or equal to 1"),
        ({"calendar": "404"}, "Select a valid choice"),
        ({"file": ""}, "This field is required"),
    ],
)
def test_a_form_that_is_wrong_says_where(admin: Client, wrong: dict[str, Any], said: str) -> None:
    answer = give(admin, **wrong)

    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_a_file_that_is_too_large_is_refused(admin: Client, settings: Settings) -> None:
    settings.FILES_MAX_SIZE = 10

    assert "manage.py opinion" in give(admin).content.decode()


def test_hours_may_be_chosen(admin: Client, make: Make) -> None:
    calendar = Calendar.objects.create(name="Office")

    give(admin, calendar=str(calendar.pk))

    assert counted().calendar == calendar


def test_removing_it_deletes_all_that_it_was_made_of(admin: Client) -> None:
    give(admin)
    opinion = counted()

    answer = admin.post(reverse("opinion-removal", args=[opinion.pk]), follow=True)

    assert "is removed" in answer.content.decode()
    assert not Opinion.objects.exists()


def test_a_reason_that_there_is_not_is_not_there(admin: Client) -> None:
    give(admin)

    address = reverse("opinion-tickets", args=[counted().pk])
    assert admin.get(f"{address}?reason=no-such").status_code == 404


def test_an_opinion_is_counted_soon_though_its_clock_was_told_in_the_future(admin: Client) -> None:
    ahead = exports.ticket(1, exports.asked(), theirs=None, status="open") | {
        "generated_timestamp": 4_000_000_000
    }
    give(admin, json.dumps(ahead).encode())

    ours = counted().tickets.get().ours
    assert ours is not None
    assert timedelta(seconds=ours) <= database_now() - exports.MADE
