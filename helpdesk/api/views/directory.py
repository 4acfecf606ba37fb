"""Whom and what a store's tickets may name: its customers, its queues, and who works there."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q
from django.http import HttpResponse
from rest_framework.request import Request

from helpdesk.api import paging, shapes
from helpdesk.api.contract.operation import Operation
from helpdesk.api.door import Door, answer
from helpdesk.models import Agent, Customer, Queue, Scope
from helpdesk.tickets.opening.customer_match import email_key


class Queues(Door):
    """The store's own queue, and those that its keys may hand tickets to."""

    @Operation(
        name="listQueues",
        summary="List the store's queues",
        scope=Scope.READ,
        answers={200: shapes.QueueList},
    )
    def get(self, request: Request) -> HttpResponse:
        store = self.key.store
        queues = [
            shapes.QueueShape(name=queue.name, own=queue.pk == store.default_queue_id)
            for queue in Queue.objects.reached_by(store).order_by("name")
        ]
        return answer(shapes.QueueList(data=queues))


class Agents(Door):
    """Who works in the store's queues; to admins, who see all, it is no place in a queue."""

    @Operation(
        name="listAgents",
        summary="List who works in the store's queues",
        description="Those for whom a key may act. People's names are not told: only customers read them, on what"
        " they are sent.",
        scope=Scope.ACT,
        answers={200: shapes.AgentList},
    )
    def get(self, request: Request) -> HttpResponse:
        within = Q(memberships__queue__in=Queue.objects.reached_by(self.key.store).values("pk"))
        names = ArrayAgg("memberships__queue__name", filter=within, order_by="memberships__queue__name")
        agents = Agent.objects.filter(within, is_active=True).annotate(within=names).order_by("email")
        told = [shapes.AgentShape(email=agent.email, queues=agent.within) for agent in agents]
        return answer(shapes.AgentList(data=told))


class Customers(Door):
    """The store's customers, whoever came last first."""

    @Operation(
        name="listCustomers",
        summary="List customers",
        scope=Scope.READ,
        query=shapes.CustomerQuery,
        answers={200: shapes.CustomerPage},
    )
    def get(self, request: Request) -> HttpResponse:
        query = self.ask(shapes.CustomerQuery)
        rows = Customer.objects.filter(known_as(query), store=self.key.store)
        found = list(paging.latest_first(rows, "created_at", query.cursor)[: query.limit + 1])
        kept, cursor = paging.cut(found, query.limit, lambda customer: (customer.created_at, customer.pk))
        return answer(shapes.CustomerPage(data=[as_told(one) for one in kept], next_cursor=cursor))


def known_as(query: shapes.CustomerQuery) -> Q:
    """Say whom is meant: by an address in whatever case, and by an id."""
    conditions: dict[str, Any] = {
        "email_key__in": [email_key(email) for email in query.email],
        "external_id__in": query.external_id,
    }
    return Q(**{name: value for name, value in conditions.items() if value})


def as_told(customer: Customer) -> shapes.CustomerShape:
    fields = shapes.CustomerShape.__struct_fields__
    return shapes.CustomerShape(**{name: getattr(customer, name) for name in fields})
