"""An opinion that is read from another helpdesk's API: begun, let in anew, and who let us in forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from helpdesk.database.transaction import require_transaction
from helpdesk.models import Agent
from helpdesk.secrets import key_ring
from monitor.models import ForeignVendor, Opinion, OpinionSource
from monitor.opinion import opinion_count
from monitor.opinion.reading import foreign_api
from monitor.opinion.reading.api_trouble import NotRead, ReadingTrouble
from monitor.opinion.reading.foreign_page import VendorApi
from monitor.opinion.reading.freshdesk_api import FreshdeskApi
from monitor.opinion.reading.gorgias_api import GorgiasApi
from monitor.opinion.reading.zendesk_api import ZendeskApi

APIS: Final[Mapping[str, VendorApi]] = {
    ForeignVendor.ZENDESK: ZendeskApi(),
    ForeignVendor.FRESHDESK: FreshdeskApi(),
    ForeignVendor.GORGIAS: GorgiasApi(),
}
PASSES: Final = (timedelta(days=1), timedelta(days=10))
"""What is read first, so that there are figures within a minute; the last pass reads all that was asked for."""


def begin(
    opinion: Opinion,
    *,
    account: str,
    authorization: str,
    now: datetime,
    by: Agent | None = None,
    subject: str = "",
) -> OpinionSource:
    """Have an opinion read from this account by the workers.

    Raises `ReadingRefused` for what can be no account, and `AskedAlready` while another of that `subject` is read.
    """
    require_transaction()
    foreign_api.address_of(opinion.vendor, account)
    since = pass_after(opinion, None) or opinion.since
    return OpinionSource.objects.create(
        opinion=opinion,
        job=opinion_count.ask(opinion, now=now, by=by, subject=subject),
        account=account,
        authorization=key_ring.seal(authorization),
        place=APIS[opinion.vendor].start(since),
        pass_since=since,
    )


def go_on(source: OpinionSource, *, authorization: str, now: datetime, by: Agent | None = None) -> None:
    """Let us in anew, and go on from where it was given up; what is read to its end stays as it is."""
    require_transaction()
    Opinion.objects.filter(pk=source.pk).update(complete_at=None)
    given_up = OpinionSource.objects.filter(pk=source.pk, finished_at=None).exclude(refused_at=None)
    locked = given_up.select_for_update(no_key=True).first()
    if locked is None:
        return
    locked.job, locked.authorization = (
        opinion_count.ask(source.opinion, now=now, by=by),
        key_ring.seal(authorization),
    )
    locked.refused_at, locked.rests_until, locked.failures = None, None, 0
    locked.trouble = locked.trouble_detail = ""
    locked.save()


def pass_after(opinion: Opinion, done: datetime | None) -> datetime | None:
    """Return since when tickets are read in the pass after the one that is done; null after the last."""
    early = [opinion.begun_at - days for days in PASSES]
    passes = [*(since for since in early if since > opinion.since), opinion.since]
    return next((since for since in passes if done is None or since < done), None)


def give_up(source: OpinionSource, why: NotRead, *, now: datetime) -> None:
    """Forget what let us in, and say why; what was read stays, and can be gone on from."""
    unread = OpinionSource.objects.unread().filter(pk=source.pk)
    said = {"trouble": why.trouble, "trouble_detail": why.detail}
    unread.update(refused_at=now, authorization="", rests_until=None, **said)


def forget_called_off(*, now: datetime) -> None:
    """Give up what somebody has called off."""
    for source in OpinionSource.objects.unread().exclude(job__cancelled_at=None):
        give_up(source, NotRead(ReadingTrouble.CALLED_OFF), now=now)


def share_read(source: OpinionSource, *, now: datetime) -> float:
    """Return which share of the present pass is read: of each of its streams as many days as it has come through."""
    streams = APIS[source.opinion.vendor].streams
    before = sum(list(streams.values())[: list(streams).index(source.place["stream"])])
    days = (source.reached_at or source.pass_since) - source.pass_since
    within = max(0.0, min(1.0, days / (now - source.pass_since)))
    return (before + within * streams[source.place["stream"]]) / sum(streams.values())
