"""Writing the demo's past, once: in a few statements for hundreds of tickets, safe to repeat after a kill."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice

from django.db import transaction

from helpdesk.demo import shop
from helpdesk.demo.six_weeks import HAIFA, MADURAI, MAIN, PastTrade, six_weeks
from helpdesk.history.conversation_writer import PastConversation, write_conversations
from helpdesk.models import Agent, DemoShop, Environment, Store, Ticket

TRADES: dict[str, PastTrade] = {shop.NAME: MAIN, shop.MADURAI: MADURAI, shop.HAIFA: HAIFA}
AT_ONCE = 400
PREFIX = "past-"
STAMP = "%Y%m%dT%H%M"


def write_past(*, now: datetime) -> int:
    """Write what is missing of six weeks up to now, or up to the instant of what is there; return how many tickets.

    It ends where the demo is stopped or wiped meanwhile.
    """
    until = _begun_until() or now.replace(second=0, microsecond=0)
    written = 0
    for store, batch in _missing(until):
        if not _write(batch, store=store, now=now):
            return written
        written += len(batch)
    return written


def _begun_until() -> datetime | None:
    """Return the instant up to which a past was begun, if one was."""
    begun = shop.tickets().filter(external_id__startswith=PREFIX).order_by("external_id")
    found = begun.values_list("external_id", flat=True).first()
    return datetime.strptime(found.split("-")[1], STAMP).replace(tzinfo=UTC) if found else None


def _missing(until: datetime) -> Iterator[tuple[str, list[PastConversation]]]:
    """Yield what is not there yet, store by store, in batches for one transaction each."""
    for store, trade in TRADES.items():
        conversations = _missing_of(store, trade, until=until)
        while batch := list(islice(conversations, AT_ONCE)):
            yield store, batch


def _missing_of(name: str, trade: PastTrade, *, until: datetime) -> Iterator[PastConversation]:
    staff = list(Agent.objects.filter(email__in=shop.staff_of(name)).order_by("email"))
    there = set(_external_ids(name))
    past = six_weeks(trade, until=until, name=f"{PREFIX}{until:{STAMP}}", staff=staff)
    return (each for each in past if each.opening.external_id not in there)


def _external_ids(store: str) -> Iterable[str | None]:
    ours = Ticket.objects.filter(store__name=store, store__environment=Environment.DEMO)
    return ours.filter(external_id__startswith=PREFIX).values_list("external_id", flat=True)


def _write(batch: list[PastConversation], *, store: str, now: datetime) -> bool:
    """Write a batch, unless the demo is stopped; whoever wants to stop or wipe it waits for us."""
    with transaction.atomic():
        open_shops = DemoShop.objects.select_for_update().filter(stopped_at=None)
        if not list(open_shops.order_by("pk")):
            return False
        place = Store.objects.get(name=store, environment=Environment.DEMO)
        write_conversations(batch, store=place, now=now)
    return True
