"""Senders whose mail to the store is stopped: listed, added, and lifted."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from rest_framework.request import Request

from helpdesk.api import block_shapes, paging
from helpdesk.api.contract.operation import Operation
from helpdesk.api.door import Door, answer
from helpdesk.api.request.path_number import number_in
from helpdesk.api.ticket_lookup import agent_of_store
from helpdesk.mail.spam import sender_blocks
from helpdesk.models import Scope, SenderBlock
from helpdesk.models.mail.sender_block import SenderBlockQuerySet
from helpdesk.tickets.opening.customer_match import email_key


class Blocks(Door):
    """The blocked senders of the key's store."""

    @Operation(
        name="listBlocks",
        summary="List blocked senders",
        description="Whoever was blocked last comes first; those that are over too, for as long as they are kept.",
        scope=Scope.READ,
        query=block_shapes.BlockQuery,
        answers={200: block_shapes.BlockPage},
    )
    def get(self, request: Request) -> HttpResponse:
        query = self.ask(block_shapes.BlockQuery)
        rows = _with_names(SenderBlock.objects.filter(_meant(query, now=self.now), store=self.key.store))
        found = list(paging.latest_first(rows, "blocked_at", query.cursor)[: query.limit + 1])
        kept, cursor = paging.cut(found, query.limit, lambda block: (block.blocked_at, block.pk))
        return answer(block_shapes.BlockPage(data=[_told(one) for one in kept], next_cursor=cursor))

    @Operation(
        name="blockSender",
        summary="Block a sender",
        description="Mail of an address, or of a whole domain, opens nothing in the store from now on; tickets sent by"
        " API do. Who is blocked already (200) is so from now on as is asked here.",
        scope=Scope.ACT,
        body=block_shapes.NewBlock,
        answers={201: block_shapes.SenderBlockShape, 200: block_shapes.SenderBlockShape},
    )
    def post(self, request: Request) -> HttpResponse:
        asked, _warnings = self.read(block_shapes.NewBlock)
        return self.transact(lambda now: self._block(asked, now))

    def _block(self, asked: block_shapes.NewBlock, now: datetime) -> HttpResponse:
        store = self.key.store
        by = agent_of_store(store, asked.agent, pointer="/agent")
        block, is_new = sender_blocks.block_sender(
            store=store, sender=asked.sender, for_good=asked.for_good, by=by, now=now
        )
        return answer(_told(block), status=201 if is_new else 200)


class BlockLifting(Door):
    """A block that is lifted."""

    @Operation(
        name="liftBlock",
        summary="Lift a block",
        description="The sender's mail comes in again; what was stopped stays stopped. To lift it twice changes"
        " nothing.",
        scope=Scope.ACT,
        answers={200: block_shapes.SenderBlockShape},
    )
    def put(self, request: Request, block: str) -> HttpResponse:
        return self.transact(lambda now: self._lift(number_in(block), now))

    def _lift(self, number: int, now: datetime) -> HttpResponse:
        blocks = _with_names(SenderBlock.objects.filter(store=self.key.store))
        block = get_object_or_404(blocks, pk=number)
        sender_blocks.lift([block], now=now)
        block.refresh_from_db(fields=["lifted_at"])
        return answer(_told(block))


def _meant(query: block_shapes.BlockQuery, *, now: datetime) -> Q:
    """Say which blocks are meant; a condition that was not given asks nothing."""
    senders = Q(sender__in=[email_key(sender.strip()) for sender in query.sender]) if query.sender else Q()
    if query.in_force is None:
        return senders
    in_force = Q(pk__in=SenderBlock.objects.in_force(now).values("pk"))
    return senders & (in_force if query.in_force else ~in_force)


def _with_names(blocks: SenderBlockQuerySet) -> SenderBlockQuerySet:
    return blocks.select_related("blocked_by", "ticket")


def _told(block: SenderBlock) -> block_shapes.SenderBlockShape:
    return block_shapes.SenderBlockShape(
        id=str(block.pk),
        sender=block.sender,
        blocked_at=block.blocked_at,
        blocked_by=block.blocked_by.address,
        until=block.until,
        lifted_at=block.lifted_at,
        stopped=block.stopped,
        ticket=block.ticket.reference if block.ticket else None,
    )
