"""Which flags still ask for somebody is known to the flag, and found by an index; what is dated anew is news."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction

from helpdesk.conversation import replies
from helpdesk.conversation.bounces import take_back_bounced
from helpdesk.tickets import ticket_status
from monitor.models import Flag, News
from monitor.relay import recount
from monitor.watch import sweep
from tests.make import NOW, Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

LATER = NOW + timedelta(hours=2)
"""By then the acknowledgement is late, and nothing else."""


def sweep_at(now: datetime) -> None:
    sweep.sweep(now=now, limit=10, noticed_by="test")


def answered(make: Make, at: datetime) -> None:
    with transaction.atomic():
        replies.reply_in_public(ticket=make.ticket(), author=make.agent(), body="Here.", now=at)


def test_a_flag_is_open_until_its_clock_ends(make: Make) -> None:
    ticket = make.ticket()
    sweep_at(LATER)
    assert Flag.objects.open().count() == 2

    with transaction.atomic():
        ticket_status.resolve(ticket=ticket, by=make.agent(), now=LATER)

    assert not Flag.objects.open().exists()
    assert set(Flag.objects.values_list("settled_at", flat=True)) == {LATER}
    assert not News.objects.filter(change="restated").exists()


def test_a_flag_raised_after_its_clock_has_ended_asks_for_nobody(make: Make) -> None:
    answered(make, LATER)

    flags = Flag.objects.filter(metric="acknowledgement")
    assert flags.count() == 2
    assert {flag.is_open for flag in flags} == {False}
    assert not Flag.objects.open().exists()


def test_a_flag_whose_clock_goes_on_again_is_open_again(make: Make) -> None:
    ticket = make.ticket()
    sweep_at(LATER)
    with transaction.atomic():
        reply = replies.reply_in_public(ticket=ticket, author=make.agent(), body="Here.", now=LATER)
    assert not Flag.objects.open().exists()

    with transaction.atomic():
        take_back_bounced(ticket=ticket, message=reply, now=LATER + timedelta(minutes=1))

    assert {flag.metric for flag in Flag.objects.open()} == {"acknowledgement"}


def test_a_flag_that_speaks_of_another_instant_is_news(make: Make) -> None:
    ticket = make.ticket()
    sweep_at(LATER)
    flag = Flag.objects.filter(level="breached")
    flag.update(raised_at=NOW)

    recount.repair([ticket.pk], now=LATER)

    assert flag.get().raised_at == NOW + timedelta(hours=1)
    [news] = News.objects.filter(change="restated")
    assert (news.flag_id, news.at) == (flag.get().pk, LATER)


def test_a_flag_whose_end_was_put_right_is_no_news(make: Make) -> None:
    ticket = make.ticket()
    sweep_at(LATER)
    Flag.objects.update(settled_at=NOW)

    recount.repair([ticket.pk], now=LATER)

    assert Flag.objects.open().count() == 2
    assert not News.objects.filter(change="restated").exists()


def test_open_flags_are_read_from_an_index_of_their_own(make: Make) -> None:
    make.ticket()
    sweep_at(LATER)
    listed = Flag.objects.visible_to(make.key()[0]).open().order_by("-noticed_at", "-id")[:50]

    with transaction.atomic(), connection.cursor() as cursor:
        for path in ("seqscan", "bitmapscan", "sort"):  # a table this small would be read whole
            cursor.execute(f"SET LOCAL enable_{path} = off")
        plan = listed.explain()

    assert "flag_open_by_store" in plan
    assert "monitor_clock" not in plan
