"""By which numbers reports are narrowed: the queues, stores and topics that whoever's key it is sees."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpResponse
from msgspec import Meta, Struct
from rest_framework.request import Request

from helpdesk.api.contract.operation import Operation
from helpdesk.api.door import answer
from helpdesk.input.named_type import one_of
from helpdesk.models import Environment, Queue, ReportKey, Store, StoreTopic
from monitor.api.reports import report_shapes
from monitor.api.reports.report_door import ReportDoor
from monitor.api.reports.report_shapes import NamedQueue


class NamedStore(Struct, kw_only=True):
    """A store of the key's environment, by the number by which a report is asked of it, and its name."""

    id: str
    name: str


class NamedTopic(Struct, kw_only=True):
    """What tickets of a store are about, by the number by which a report is asked of it, and its name."""

    id: str
    name: str
    store: Annotated[str, Meta(description="The number of its store.")]
    retired: Annotated[bool, Meta(description="No ticket is given it any more.")]


class ReportFilters(Struct, kw_only=True):
    """What reports can be narrowed by that has a number, each by its name."""

    environment: Annotated[str, one_of("Environment", Environment.values)]
    queues: list[NamedQueue]
    stores: list[NamedStore]
    topics: list[NamedTopic]


class ReportFiltersDoor(ReportDoor):
    """The queues, stores and topics that reports can be asked of."""

    @Operation(
        name="readReportFilters",
        summary="By which numbers reports are narrowed",
        description="The queues, stores and topics that the key's agent sees now.",
        scope=None,
        answers={200: ReportFilters},
    )
    def get(self, request: Request) -> HttpResponse:
        return answer(report_filters(self.report_key))


def report_filters(key: ReportKey) -> ReportFilters:
    """Return what the agent of a key sees of its environment."""
    stores = Store.objects.visible_to(key.agent).in_environment(key.environment)
    topics = StoreTopic.objects.filter(store__in=stores).order_by("name", "pk")
    queues = Queue.objects.visible_to(key.agent).order_by("name", "pk")
    return ReportFilters(
        environment=key.environment,
        queues=list(map(report_shapes.named_queue, queues)),
        stores=[NamedStore(id=str(one.pk), name=one.name) for one in stores.order_by("name", "pk")],
        topics=list(map(_topic, topics)),
    )


def _topic(topic: StoreTopic) -> NamedTopic:
    return NamedTopic(
        id=str(topic.pk), name=topic.name, store=str(topic.store_id), retired=topic.retired_at is not None
    )
