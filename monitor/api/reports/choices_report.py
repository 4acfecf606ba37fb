"""What a report can be narrowed by: the queues, stores and topics that the key's agent sees, by their numbers."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpResponse
from msgspec import Meta, Struct
from rest_framework.request import Request

from helpdesk.api.contract.operation import Operation
from helpdesk.api.door import answer
from helpdesk.models import Queue, ReportKey, Store, StoreTopic
from monitor.api.reports import report_shapes
from monitor.api.reports.report_door import ReportDoor
from monitor.api.reports.report_shapes import NamedQueue


class NamedStore(Struct, kw_only=True):
    """A store of the key's environment, by the number by which a report is asked of it, and its name."""

    id: str
    name: str


class NamedTopic(Struct, kw_only=True):
    """A topic of a store's list, by the number by which a report is asked of it; stores may have like names."""

    id: str
    name: str
    store: Annotated[str, Meta(description="The number of the store whose list it is of.")]


class ReportChoices(Struct, kw_only=True):
    """What can be asked for by number, each by name."""

    queues: list[NamedQueue]
    stores: list[NamedStore]
    topics: Annotated[list[NamedTopic], Meta(description="Those that are given to no ticket any more, too.")]


class Choices(ReportDoor):
    """What the lists of the board's filter bar offer by number."""

    @Operation(
        name="listReportChoices",
        summary="What reports can be narrowed by",
        description="The queues, stores and topics that the key's agent sees, with the numbers that `queue`, `store`"
        " and `topic` of a report take.",
        scope=None,
        answers={200: ReportChoices},
    )
    def get(self, request: Request) -> HttpResponse:
        return answer(choices(self.report_key))


def choices(key: ReportKey) -> ReportChoices:
    """Say what the key's agent sees now."""
    stores = Store.objects.visible_to(key.agent).in_environment(key.environment)
    topics = StoreTopic.objects.filter(store__in=stores).order_by("name", "pk")
    return ReportChoices(
        queues=[
            report_shapes.named_queue(queue) for queue in Queue.objects.visible_to(key.agent).order_by("name")
        ],
        stores=[NamedStore(id=str(store.pk), name=store.name) for store in stores.order_by("name")],
        topics=[NamedTopic(id=str(topic.pk), name=topic.name, store=str(topic.store_id)) for topic in topics],
    )
