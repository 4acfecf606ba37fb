"""The tester of policies: which one a ticket would come under, why no other, and when its clocks would be due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import msgspec
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.request import Request

from helpdesk.api.contract.operation import Operation
from helpdesk.api.door import Door, answer
from helpdesk.api.problems import RequestRefused
from helpdesk.api.request import error_translation
from helpdesk.api.ticket_lookup import ticket_of
from helpdesk.models import Queue, Scope
from helpdesk.refusal import Refused
from helpdesk.tickets.opening.new_ticket import NewTicket
from monitor.api import policy_test_shapes as shapes
from monitor.api.clock_views import clock_shape, step_shape
from monitor.promises.tester import tried_ticket
from monitor.promises.tester.tried_promises import (
    ConditionVerdict,
    PolicyPlace,
    PolicyVerdict,
    TriedClock,
    TriedPromises,
    TriedTicket,
    try_ticket,
)
from monitor.promises.tester.tried_ticket import SaidOfTicket
from monitor.promises.tester.verdict_words import VerdictWords
from monitor.relay import book
from monitor.relay.clock_state import VersionNames, names

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
FURTHEST_AHEAD = timedelta(days=3660)
WITHOUT_ISOLATES = dict.fromkeys((0x2068, 0x2069))
"""What keeps a name's direction from turning a sentence is for pages; a program looks for the name."""


class PolicyTestDoor(Door):
    """What a ticket of the key's store would be promised."""

    @Operation(
        name="testPolicies",
        summary="Try which policy a ticket would come under",
        description="Nothing is written: neither the ticket nor its customer comes to be.",
        scope=Scope.READ,
        body=shapes.PolicyTest,
        answers={200: shapes.PolicyTestResult},
    )
    def post(self, request: Request) -> HttpResponse:
        asked, warnings = self.read(shapes.PolicyTest)
        tried, more = self._brought(asked)
        tried = tried_ticket.with_said(tried, self._said(asked))
        self._refuse_odd_instants(asked, tried)
        tried = tried_ticket.followed_by(tried, [(one.what, one.at.astimezone(UTC)) for one in asked.then])
        promises = try_ticket(tried, book.current())
        return answer(self._told(promises, [*warnings, *more]))

    def check_instant(self, at: datetime) -> None:
        """Refuse an instant beyond those of which a calendar may still say something."""
        self._check_calendars_know(at)

    def _check_calendars_know(self, at: datetime, *, pointer: str | None = None) -> None:
        if not EARLIEST <= at <= self.now + FURTHEST_AHEAD:
            raise BeyondCalendars(pointer=pointer)

    def _refuse_odd_instants(self, asked: shapes.PolicyTest, tried: TriedTicket) -> None:
        """Refuse those that no calendar knows, and what happens before the opening or what is listed above it."""
        told = {f"/then/{place}/at": one.at for place, one in enumerate(asked.then)}
        for pointer, at in {"/opened_at": tried.opened_at, **told}.items():
            self._check_calendars_know(at, pointer=pointer)
        for pointer, (before, at) in zip(told, pairwise([tried.opened_at, *told.values()]), strict=True):
            if at < before:
                raise OutOfOrder(pointer=pointer)

    def _brought(self, asked: shapes.PolicyTest) -> tuple[TriedTicket, list[str]]:
        """Return the ticket that is to be tried, before what is said beside it."""
        if asked.ticket is None and asked.reference is None:
            return tried_ticket.of_store(self.key.store, now=self.now), []
        if asked.ticket is None:
            return tried_ticket.of_ticket(ticket_of(self.key, asked.reference or "")), []
        if asked.reference is not None:
            detail = _("Name a ticket that is there, or describe one; not both.")
            raise RequestRefused(422, "contradiction", detail, pointer="/reference")
        return self._sent(asked.ticket)

    def _sent(self, shape: NewTicket) -> tuple[TriedTicket, list[str]]:
        try:
            return tried_ticket.of_shape(shape, store=self.key.store, now=self.now)
        except Refused as refused:
            raise error_translation.from_service(refused, under="/ticket") from refused

    def _said(self, asked: shapes.PolicyTest) -> SaidOfTicket:
        tags = None if asked.tags is None else tuple(asked.tags)
        queue = None if asked.queue is None else self._queue(asked.queue).pk
        said = {key: getattr(asked, key) for key in ("channel", "priority", "tier", "language", "opened_at")}
        return SaidOfTicket(queue=queue, tags=tags, **said)

    def _queue(self, name: str) -> Queue:
        queue = Queue.objects.reached_by(self.key.store).named(name)
        if queue is None:
            detail = _("The store reaches no queue of this name.")
            raise RequestRefused(422, "unknown-queue", detail, pointer="/queue")
        return queue

    def _told(self, promises: TriedPromises, warnings: list[str]) -> shapes.PolicyTestResult:
        called, words = names(promises.edition), self._words(promises)
        verdicts = [_verdict(one, promises, words) for one in promises.policies if self._may_ask(one)]
        applying = next((one for one in verdicts if one.place == PolicyPlace.APPLIES.value), None)
        return shapes.PolicyTestResult(
            opened_at=promises.tried.opened_at,
            ticket=_attributes(promises.tried, words),
            policy=applying.policy if applying else None,
            policy_version=applying.policy_version if applying else None,
            policies=verdicts,
            clocks=[_clock(one, promises, called) for one in promises.clocks],
            warnings=warnings,
        )

    def _words(self, promises: TriedPromises) -> VerdictWords:
        """Call what the key may know by its name: its store, and the queues that it reaches."""
        called, store = names(promises.edition), self.key.store
        own = Queue.objects.filter(pk__in=[promises.tried.attributes.queue])
        queues = Queue.objects.reached_by(store).values_list("pk", "name")
        return VerdictWords(
            {number: label[0] or "" for number, label in called.policies.items()},
            stores={store.pk: store.name},
            queues=dict(queues) | dict(own.values_list("pk", "name")),
        )

    def _may_ask(self, verdict: PolicyVerdict) -> bool:
        """Whether a policy may be told of: one that asks for other stores is none of the key's business."""
        wanted = verdict.version.rules.match.get("store")
        return wanted is None or self.key.store_id in wanted


class BeyondCalendars(Refused):
    """An instant before anybody could have asked anything, or further ahead than hours are known."""

    code = "bad-time"
    sentence = gettext_lazy("This time lies before 1970, or more than ten years ahead.")


class OutOfOrder(Refused):
    """Something that is said to happen before what comes before it."""

    code = "out-of-order"
    sentence = gettext_lazy("This happens before what stands above it, or before the opening.")


def _attributes(tried: TriedTicket, words: VerdictWords) -> shapes.TriedAttributes:
    has = tried.attributes
    return shapes.TriedAttributes(
        store=words.stores.get(has.store, ""),  # type: ignore[call-overload]  # it is one's id
        queue=words.queues.get(has.queue, ""),  # type: ignore[call-overload]
        channel=has.channel,
        priority=has.priority,
        tier=has.tier,
        language=has.language,
        tags=sorted(has.tags),
    )


def _verdict(
    verdict: PolicyVerdict, promises: TriedPromises, words: VerdictWords
) -> shapes.PolicyVerdictShape:
    return shapes.PolicyVerdictShape(
        policy=words.name(verdict),
        policy_version=verdict.version.version,
        place=verdict.place.value,
        why=words.why(verdict, promises).translate(WITHOUT_ISOLATES),
        conditions=list(_conditions(verdict.conditions, words)),
    )


def _conditions(
    conditions: tuple[ConditionVerdict, ...], words: VerdictWords
) -> Iterator[shapes.ConditionShape]:
    for one in conditions:
        wanted, has = words.names(one.key, one.wanted), words.names(one.key, one.has)
        yield shapes.ConditionShape(condition=one.key, wanted=wanted, has=has, holds=one.holds)


def _clock(one: TriedClock, promises: TriedPromises, called: VersionNames) -> shapes.TriedClockShape:
    fields = msgspec.structs.asdict(clock_shape(one.clock, called, now=promises.shown_at))
    ledger = [step_shape(step, called) for step in one.ledger]
    return shapes.TriedClockShape(**fields, ledger=ledger, warns_at=one.clock.risk_at)
