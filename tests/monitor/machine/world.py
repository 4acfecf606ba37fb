"""What random stories play in: a shop, its staff, and the promises that it starts with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from helpdesk.models import Agent, Membership, Queue, Role, Store, StoreTopic, Ticket
from monitor.models import Calendar, Policy
from monitor.promises import versions
from tests.make import NOW, Make

HOURS = (
    {
        "timezone": "UTC",
        "weekly": {day: [["00:00", "24:00"]] for day in ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]},
    },
    {
        "timezone": "America/New_York",
        "weekly": {
            day: [["09:00", "12:00"], ["13:00", "17:00"]] for day in ["mon", "tue", "wed", "thu", "fri"]
        },
        "holidays": ["2026-03-10"],
    },
    {
        "timezone": "Asia/Kathmandu",
        "weekly": {day: [["21:00", "02:00"]] for day in ["mon", "tue", "thu", "sat"]},
    },
)


def _rules(
    minutes: dict[str, int], *, basis: str = "business", warn: float | None = 0.75, **others: object
) -> dict[str, object]:
    targets = {metric: {"basis": basis, "warn": warn, "seconds": 60 * one} for metric, one in minutes.items()}
    return {"targets": targets, **others}


RULES = (
    _rules({"acknowledgement": 15, "first_response": 30, "next_response": 30, "resolution": 480}),
    _rules({"first_response": 5, "next_response": 2, "update": 60, "ownership": 20}, basis="wall", warn=0.5),
    _rules({"first_response": 600, "resolution": 60}, pauses={"resolution": []}, bots_count=True),
    _rules({"first_response": 20, "next_response": 20}, pauses={"first_response": ["pending"]}, warn=None),
    _rules({"acknowledgement": 0, "resolution": 3}, match={"priority": ["urgent", "high"]}),
    _rules({"first_response": 1, "update": 1}, match={"tags": ["refund"]}),
    _rules({"first_response": 90, "next_response": 10, "ownership": 60}, match={"tier": ["vip"]}),
    _rules({}),
)


@dataclass(frozen=True, slots=True)
class World:
    """What stands still while things happen; tickets are named by number, so that a story can be retold."""

    make: Make
    stores: Sequence[Store]
    queues: Sequence[Queue]
    agents: Sequence[Agent]
    policies: Sequence[Policy]
    calendars: Sequence[Calendar]

    def ticket(self, number: int) -> Ticket | None:
        ids = list(Ticket.objects.order_by("pk").values_list("pk", flat=True))
        return Ticket.objects.get(pk=ids[number % len(ids)]) if ids else None


def build() -> World:
    """Make an empty world anew."""
    with connection.cursor() as cursor:
        cursor.execute(_EMPTY)
    make = Make()
    queues = [make.queue("Support"), make.queue("Returns")]
    agents = [make.agent("owner"), make.agent("colleague")]
    for agent in agents:
        for queue in queues:
            make.member(agent, queue=queue)
    Membership.objects.update(role=Role.OVERSEER)
    stores = [make.store("One"), make.store("Other")]
    for store in stores:
        StoreTopic.objects.create(store=store, name="Returns")
    calendars = [Calendar.objects.create(name=name) for name in ("Office", "Always")]
    policies = [Policy.objects.create(name=name) for name in ("Some", "Everybody")]
    world = World(make, stores, queues, agents, policies, calendars)
    _promise(world)
    return world


def _promise(world: World) -> None:
    long_ago = NOW - timedelta(days=60)
    with transaction.atomic():
        for calendar, spec in zip(world.calendars, (HOURS[1], HOURS[0]), strict=True):
            versions.publish_calendar(calendar=calendar, spec=spec, now=long_ago)
        for policy, calendar, rules, position in zip(
            world.policies, world.calendars, (RULES[5], RULES[0]), (10, 1000), strict=True
        ):
            versions.publish_policy(
                policy=policy, rules=rules, position=position, calendar=calendar, now=long_ago
            )


def at(now: datetime, back: int) -> datetime | None:
    """Return an instant so many minutes before, or None for zero: without a time of its own."""
    return now - timedelta(minutes=back) if back else None


_EMPTY = """
    TRUNCATE poisoned, helpdesk_store, helpdesk_queue, helpdesk_agent, monitor_policy, monitor_calendar
             CASCADE
"""
