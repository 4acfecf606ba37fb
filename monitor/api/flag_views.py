"""Flags: what is at risk or has broken, and taking it in hand."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from rest_framework.request import Request

from helpdesk.api import paging
from helpdesk.api.contract.operation import Operation
from helpdesk.api.door import Door, answer
from helpdesk.api.request.path_number import number_in
from helpdesk.api.ticket_lookup import agent_at
from helpdesk.models import Scope
from monitor.alarms import flags
from monitor.api import clock_shapes
from monitor.models import Flag
from monitor.models.flag import OPEN, FlagQuerySet


class Flags(Door):
    """The flags of the store's tickets."""

    @Operation(
        name="listFlags",
        summary="List flags",
        scope=Scope.READ,
        query=clock_shapes.FlagQuery,
        answers={200: clock_shapes.FlagPage},
    )
    def get(self, request: Request) -> HttpResponse:
        query = self.ask(clock_shapes.FlagQuery)
        rows = wanted(Flag.objects.visible_to(self.key), query)
        rows = in_order(rows, query).select_related("ticket", "acknowledged_by")
        place = latest_change if query.updated_since else first_notice
        kept, cursor = paging.cut(list(rows[: query.limit + 1]), query.limit, place)
        return answer(clock_shapes.FlagPage(data=[flag_shape(flag) for flag in kept], next_cursor=cursor))


def wanted(rows: FlagQuerySet, query: clock_shapes.FlagQuery) -> FlagQuerySet:
    """Keep the flags that meet every condition."""
    conditions = {
        "ticket__reference__in": query.ticket,
        "ticket__queue__name__in": query.queue,
        "level__in": query.level,
    }
    rows = rows.filter(**{name: value for name, value in conditions.items() if value})
    match query.open:
        case True:
            return rows.open()
        case False:
            return rows.exclude(OPEN)
    return rows


def in_order(rows: FlagQuerySet, query: clock_shapes.FlagQuery) -> FlagQuerySet:
    """Order by change from an instant on, else by notice, the latest first."""
    if query.updated_since is None:
        return paging.latest_first(rows, "noticed_at", query.cursor)
    return paging.changed_since(rows, query.updated_since, query.cursor)


def first_notice(flag: Flag) -> paging.Place:
    return flag.noticed_at, flag.pk


def latest_change(flag: Flag) -> paging.Place:
    return flag.updated_at, flag.pk


def flag_shape(flag: Flag) -> clock_shapes.FlagShape:
    return clock_shapes.FlagShape(
        id=str(flag.pk),
        ticket=flag.ticket.reference,
        metric=flag.metric,
        level=flag.level,
        raised_at=flag.raised_at,
        noticed_at=flag.noticed_at,
        ingest_lag=flag.ingest_lag.total_seconds(),
        uncounted_since=flag.uncounted_since,
        withdrawn_at=flag.withdrawn_at,
        withdrawn_by=flag.withdrawn_by,
        acknowledged_at=flag.acknowledged_at,
        acknowledged_by=flag.acknowledged_by.address if flag.acknowledged_by else None,
        settled_at=flag.settled_at,
        updated_at=flag.updated_at,
    )


class FlagAcknowledgementDoor(Door):
    """Taking a flag in hand."""

    @Operation(
        name="acknowledgeFlag",
        summary="Take a flag in hand",
        description="Touches no clock. One that somebody else has in hand already stays theirs. Who asked takes none.",
        scope=Scope.ACT,
        body=clock_shapes.FlagAcknowledgement,
        answers={200: clock_shapes.FlagShape},
    )
    def put(self, request: Request, flag: str) -> HttpResponse:
        asked, _ = self.read(clock_shapes.FlagAcknowledgement)
        number = number_in(flag)

        def acknowledge(now: datetime) -> HttpResponse:
            visible = Flag.objects.visible_to(self.key).select_related("ticket", "acknowledged_by")
            found = get_object_or_404(visible, pk=number)
            agent = agent_at(found.ticket, asked.agent, pointer="/agent")
            flags.acknowledge(flag=found, by=agent, now=now)
            return answer(flag_shape(visible.get(pk=number)))

        return self.transact(acknowledge)
