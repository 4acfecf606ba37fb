"""A token: where it is said, how it lies here, and when it is forgotten; an account, and where it may lead."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import Settings

from helpdesk.jobs import job_request, job_turn
from helpdesk.models import Job
from helpdesk.secrets import key_ring
from monitor.models import Opinion, OpinionSource, OpinionTicket
from monitor.opinion import opinion_intake
from monitor.opinion.reading import opinion_source, source_turn
from monitor.opinion.reading.api_trouble import ReadingRefused, ReadingTrouble
from tests.make import NOW
from tests.monitor.opinion.reading.begun import EXPECTED, ONE_PASS, SECOND, begun, read_all, reasons
from tests.monitor.opinion.reading.stand_in import TOKEN, Fault, StandIn

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.mark.parametrize(
    ("status", "trouble"),
    [
        (401, ReadingTrouble.TOKEN_UNKNOWN),
        (403, ReadingTrouble.TOKEN_TOO_WEAK),
        (404, ReadingTrouble.NO_ACCOUNT),
    ],
)
def test_who_is_refused_stops_and_forgets_the_token(
    zendesk: StandIn, status: int, trouble: ReadingTrouble
) -> None:
    zendesk.faults = {2: Fault(status)}
    source = read_all(begun())

    assert (source.finished_at, source.authorization) == (None, "")
    assert source.trouble == trouble


def test_whoever_is_let_in_anew_goes_on_from_there(zendesk: StandIn) -> None:
    zendesk.faults = {3: Fault(401)}
    opinion = begun()
    refused = read_all(opinion)

    opinion_source.go_on(refused, authorization=TOKEN, now=NOW)
    read_all(opinion)

    assert zendesk.paths()[:4] == [*ONE_PASS, "ticket_events.json"]
    assert reasons(opinion) == EXPECTED


def test_they_who_never_answer_are_given_up_in_the_end(zendesk: StandIn) -> None:
    zendesk.faults = {number: Fault(500) for number in range(1, 100)}

    source = read_all(begun())

    assert (source.refused_at is not None, source.authorization) == (True, "")
    assert len(zendesk.asked) == source_turn.MOST_FAILURES


def test_a_redirect_is_not_followed(zendesk: StandIn) -> None:
    zendesk.faults = {1: Fault(302, {"Location": zendesk.address + "/api/v2/users.json"})}

    source = read_all(begun())

    assert (source.trouble, source.trouble_detail) == (ReadingTrouble.ODD_ANSWER, "HTTP 302")
    assert len(zendesk.asked) == 1


def test_the_token_is_closed_while_it_lies_here_and_forgotten_when_all_is_read(zendesk: StandIn) -> None:
    opinion = begun()
    source = OpinionSource.objects.get()
    assert key_ring.unseal(source.authorization) == TOKEN
    for table in ("monitor_opinionsource", "helpdesk_job"):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT 1 FROM {table} told WHERE told::text LIKE '%wonderful%'")  # noqa: S608  # ours
            assert cursor.fetchall() == []

    assert read_all(opinion).authorization == ""


def test_no_token_is_written_down_as_it_is(zendesk: StandIn) -> None:
    begun()

    with pytest.raises(IntegrityError), transaction.atomic():
        OpinionSource.objects.update(authorization=TOKEN)


def test_reading_that_is_called_off_ends_and_forgets_the_token(zendesk: StandIn) -> None:
    opinion = begun()
    source_turn.take(now=NOW)
    job_request.cancel(Job.objects.get(), now=NOW)

    assert source_turn.take(now=NOW + SECOND) is None
    opinion_source.forget_called_off(now=NOW)

    source = OpinionSource.objects.get(pk=opinion.pk)
    assert (source.refused_at, source.authorization, source.trouble) == (NOW, "", ReadingTrouble.CALLED_OFF)


def test_an_opinion_that_is_removed_while_it_is_read_is_gone(zendesk: StandIn) -> None:
    begun()
    slow = OpinionSource.objects.select_related("opinion").get()
    Opinion.objects.all().delete()

    source_turn._read(slow, now=NOW)  # it had taken a page before

    assert not OpinionTicket.objects.exists()


def test_the_job_says_how_far_it_is_and_ends_with_the_last_ticket(zendesk: StandIn) -> None:
    opinion = begun()
    job_turn.take(now=NOW, limit=2)
    assert Job.objects.unfinished().exists()
    read_all(opinion)

    now = NOW
    while Job.objects.unfinished().exists():
        now += timedelta(minutes=1)
        job_turn.take(now=now, limit=2)

    job = Job.objects.get()
    assert (job.done, job.total, job.error_count) == (6, 6, 0)
    opinion.refresh_from_db()
    assert opinion.complete_at is not None


def test_a_job_whose_token_was_refused_says_so(zendesk: StandIn) -> None:
    read_all(begun(token="Bearer another"))  # of nobody
    job_turn.take(now=NOW, limit=2)

    job = Job.objects.get()
    assert (job.finished_at, job.errors.get().what) == (NOW, "acme")


@pytest.mark.parametrize("account", ["", "a.b", "a/b", "a@b", "-a", "a" * 64, "é", "a:1", "a\n"])
def test_an_account_is_a_label_of_a_host_and_leads_nowhere_else(zendesk: StandIn, account: str) -> None:
    opinion = opinion_intake.begin(vendor="zendesk", since=NOW, now=NOW)

    with pytest.raises(ReadingRefused):
        opinion_source.begin(opinion, account=account, authorization=TOKEN, now=NOW)


def test_accounts_are_theirs_over_https(settings: Settings) -> None:
    assert settings.OPINION_ADDRESSES["zendesk"] % "acme" == "https://acme.zendesk.com"


def test_an_account_that_leads_into_our_own_network_is_refused(zendesk: StandIn, settings: Settings) -> None:
    settings.WEBHOOK_TRUSTED_NETWORKS = []

    source = read_all(begun())

    assert source.trouble == ReadingTrouble.NOT_PUBLIC
    assert zendesk.asked == []


def test_no_word_and_no_name_is_kept(zendesk: StandIn) -> None:
    read_all(begun())

    for table in ("monitor_opinion", "monitor_opinionticket", "monitor_opinionsource"):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT 1 FROM {table} told WHERE told::text ~* 'zelda|quist|parcel'")  # noqa: S608  # ours
            assert cursor.fetchall() == []
