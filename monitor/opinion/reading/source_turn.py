"""Reading page by page from whichever helpdesk's turn it is.

A page is asked for outside of every transaction, and kept in one together with the place from which the next goes on:
whoever is killed between them has lost a question. What comes twice has its number, and is there once.
"""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from django.db import transaction

from helpdesk.secrets import key_ring
from helpdesk.secrets.key_ring import NoKeyOpens
from monitor.models import Opinion, OpinionSource, OpinionTicket
from monitor.opinion import opinion_intake
from monitor.opinion.foreign_ticket import Ending, ForeignComment, ForeignTicket
from monitor.opinion.reading import foreign_api, opinion_source
from monitor.opinion.reading.api_trouble import AnswerFailed, ReadingRefused, ReadingTrouble, RestAskedFor
from monitor.opinion.reading.foreign_page import ForeignPage, NoPage

LEASE: Final = timedelta(seconds=30)
"""How long nobody else takes up a source from which one reads, who may have died."""
FIRST_REST, LONGEST_REST = timedelta(seconds=5), timedelta(minutes=10)
MOST_FAILURES: Final = 40
"""So many failures in a row are some six hours; then it is given up, until somebody lets us in anew."""


def take(*, now: datetime, of: Opinion | None = None) -> OpinionSource | None:
    """Read the next page of whichever source was left alone longest, or of this opinion; return it, if any."""
    source = _claim(now=now, of=of)
    if source is not None:
        _read(source, now=now)
    return source


def _claim(*, now: datetime, of: Opinion | None) -> OpinionSource | None:
    with transaction.atomic():
        waiting = OpinionSource.objects.to_be_read(now).select_related("opinion")
        waiting = waiting if of is None else waiting.filter(pk=of.pk)
        source = waiting.select_for_update(skip_locked=True, no_key=True, of=("self",)).first()
        if source is not None:
            source.rests_until = now + LEASE
            source.save(update_fields=["rests_until"])
        return source


def _read(source: OpinionSource, *, now: datetime) -> None:
    try:
        page = _ask(source, now=now)
    except ReadingRefused as refused:
        opinion_source.give_up(source, refused, now=now)
    except RestAskedFor as rests:
        _rest(source, rests, now=now)
    except AnswerFailed as failed:
        _fail(source, failed, now=now)
    else:
        _keep(source, page, now=now)


def _ask(source: OpinionSource, *, now: datetime) -> ForeignPage:
    vendor = source.opinion.vendor
    api = opinion_source.APIS[vendor]
    path, query = api.question(source.place)
    address = foreign_api.address_of(vendor, source.account)
    try:
        body = foreign_api.ask(address, path, query, authorization=key_ring.unseal(source.authorization))
        return api.read(body, source.place, now=now)
    except ReadingRefused as refused:
        if (page := api.passed(source.place, refused)) is None:
            raise
        return page
    except NoKeyOpens as error:
        raise ReadingRefused(ReadingTrouble.NO_KEY) from error
    except NoPage as error:
        raise AnswerFailed(ReadingTrouble.UNREADABLE) from error


def _rest(source: OpinionSource, rests: RestAskedFor, *, now: datetime) -> None:
    """Leave them alone as long as they ask; it is no failure."""
    until = now + timedelta(seconds=rests.seconds)
    unmoved = OpinionSource.objects.unread().filter(pk=source.pk)
    unmoved.update(trouble=rests.trouble, trouble_detail="", rests_until=until)


def _fail(source: OpinionSource, failed: AnswerFailed, *, now: datetime) -> None:
    """Ask again after a rest, longer each time, and for less where it was too much; in the end, give up."""
    failures = source.failures + 1
    if failures >= MOST_FAILURES:
        opinion_source.give_up(source, failed, now=now)
        return
    api = opinion_source.APIS[source.opinion.vendor]
    place = api.smaller(source.place) if failed.asks_for_less and failures > 1 else source.place
    rest = min(FIRST_REST * 2 ** min(failures - 1, 10), LONGEST_REST)
    unmoved = OpinionSource.objects.unread().filter(pk=source.pk, place=source.place)
    said = {"trouble": failed.trouble, "trouble_detail": failed.detail}
    unmoved.update(failures=failures, place=place, rests_until=now + rest, **said)


def _keep(source: OpinionSource, page: ForeignPage, *, now: datetime) -> None:
    """Keep what a page tells, with the place from which to go on; nothing where another went on from here meanwhile."""
    with transaction.atomic():
        locked = _locked(source)
        if locked is None:
            return
        opinion = locked.opinion
        young = [ticket for ticket in page.tickets if ticket.created_at >= locked.pass_since]
        opinion_intake.keep(opinion, young, said_apart=True)
        _add_said(opinion, page)
        _close(opinion, page)
        opinion_intake.know_staff(opinion, page.staff)
        opinion.refused += page.refused
        opinion.save()
        _move(locked, page, now=now)


def _locked(source: OpinionSource) -> OpinionSource | None:
    """Return the source, locked after its opinion, unless it stands elsewhere by now or is gone."""
    opinion = Opinion.objects.select_for_update(no_key=True).filter(pk=source.pk).first()
    unmoved = OpinionSource.objects.unread().filter(pk=source.pk, place=source.place)
    locked = unmoved.select_for_update(no_key=True).first()
    if locked is not None and opinion is not None:
        locked.opinion = opinion
    return locked


def _add_said(opinion: Opinion, page: ForeignPage) -> None:
    """Add what was said to the tickets that are here, each word once; what is new has a ticket be counted anew."""
    told_of = {*page.comments, *page.made_private}
    rows = opinion.tickets.filter(number__in=told_of).order_by("number").select_for_update(no_key=True)
    changed = []
    for row in rows:
        ticket = msgspec.convert(row.told, ForeignTicket)
        known = {comment.id: comment for comment in ticket.comments or ()}
        both = known | {comment.id: comment for comment in page.comments.get(row.number, ())}
        both = {one.id: _as_it_is(one, page.made_private.get(row.number, ())) for one in both.values()}
        if both != known:
            whole = msgspec.structs.replace(ticket, comments=tuple(both.values()))
            row.told, row.counted_at = msgspec.to_builtins(whole), None
            changed.append(row)
    OpinionTicket.objects.bulk_update(changed, ["told", "counted_at"])


def _as_it_is(comment: ForeignComment, made_private: Container[int]) -> ForeignComment:
    if comment.id not in made_private:
        return comment
    return msgspec.structs.replace(comment, public=False, made_private=True)


def _close(opinion: Opinion, page: ForeignPage) -> None:
    """Have tickets be counted on which all was said that we can know of."""
    shut: dict[int, dict[str, Any]] = {number: {"comments": None, "hidden": True} for number in page.hidden}
    shut |= {number: {"ending": Ending.DELETED.value} for number in page.gone}
    rows = list(opinion.tickets.filter(number__in=shut).order_by("number").select_for_update(no_key=True))
    for row in rows:
        row.told, row.counted_at = {**row.told, **shut[row.number]}, None
    OpinionTicket.objects.bulk_update(rows, ["told", "counted_at"])
    closed = opinion.tickets.filter(number__in={*page.whole, *shut}, is_whole=False)
    closed.update(is_whole=True, counted_at=None)


def _still_waiting(opinion: Opinion, place: dict[str, Any]) -> dict[str, Any]:
    """Return the place without those of its tickets on which all is known: they have not changed since."""
    if not (waiting := place.get("waiting")):
        return place
    numbers = [number for number, _changed in waiting]
    unknown = set(opinion.tickets.filter(number__in=numbers, is_whole=False).values_list("number", flat=True))
    return {**place, "waiting": [each for each in waiting if each[0] in unknown]}


def _move(source: OpinionSource, page: ForeignPage, *, now: datetime) -> None:
    """Go on to the next page, the next pass, or the end."""
    source.records += page.records
    source.failures, source.trouble, source.trouble_detail, source.rests_until = 0, "", "", now
    if page.place is None:
        _end_pass(source, page, now=now)
    else:
        is_same_stream = page.place["stream"] == source.place["stream"]
        source.reached_at = page.reached_at if is_same_stream else None
        source.place = _still_waiting(source.opinion, page.place)
    source.save()


def _end_pass(source: OpinionSource, page: ForeignPage, *, now: datetime) -> None:
    """Have what was read be counted. After the last pass, nobody has to let us in again."""
    opinion = source.opinion
    opinion.tickets.filter(is_whole=False).update(is_whole=True)
    opinion_intake.note(opinion, frozenset(), told_until=page.reached_at, now=now)
    source.whole_since, source.reached_at = source.pass_since, None
    since = opinion_source.pass_after(opinion, source.pass_since)
    if since is None:
        source.finished_at, source.authorization, source.rests_until = now, "", None
    else:
        source.pass_since = since
        source.place = opinion_source.APIS[opinion.vendor].start(since)
