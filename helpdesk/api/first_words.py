"""Whose the first words on new tickets are, as whoever sends them says."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from helpdesk.api.named_copies import odd_copies
from helpdesk.api.request import key_authentication
from helpdesk.api.ticket_lookup import agent_in, past_agent_in
from helpdesk.conversation.mailed_replies import StoreOnlyWatched, with_ways_out
from helpdesk.models import Agent, ApiKey, Scope, Store
from helpdesk.tickets.opening.first_word import FirstWord
from helpdesk.tickets.opening.new_ticket import NewTicket


class FirstWords:
    """Those on tickets of a key's store. What the store and its people are asked for is read once, however many."""

    def __init__(self, key: ApiKey) -> None:
        self._key = key
        self._present: dict[str, Agent] = {}
        self._past: dict[str, Agent | None] = {}

    def of(self, shape: NewTicket, *, under: str = "") -> FirstWord:
        """Say whose the message of a new ticket is; to speak for an agent takes the scope `act`.

        History may be told of somebody who has left, or never had an account. Raises `RequestRefused` and
        `StoreOnlyWatched`.
        """
        writes = shape.author is not None and shape.author.public and not shape.imported
        if shape.message.cc and not writes:
            raise odd_copies(pointer=f"{under}/message/cc")
        if shape.author is None:
            return FirstWord()
        key_authentication.require(self._key, Scope.ACT)
        email = shape.author.agent
        if shape.imported:
            past = self._past_agent(email)
            return FirstWord(past, outbound=shape.author.public, is_agent=True, name="" if past else email)
        if writes and self._is_only_watched:
            raise StoreOnlyWatched
        agent = self._present_agent(email, pointer=f"{under}/author/agent")
        return FirstWord(agent, outbound=shape.author.public)

    @cached_property
    def _is_only_watched(self) -> bool:
        store: Any = with_ways_out(Store.objects.filter(pk=self._key.store_id)).get()
        return bool(store.is_only_watched)

    def _past_agent(self, email: str) -> Agent | None:
        if email not in self._past:
            self._past[email] = past_agent_in(self._key.store.default_queue_id, email)
        return self._past[email]

    def _present_agent(self, email: str, *, pointer: str) -> Agent:
        if email not in self._present:
            store = self._key.store
            self._present[email] = agent_in(store, store.default_queue_id, email, pointer=pointer)
        return self._present[email]
