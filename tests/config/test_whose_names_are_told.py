"""Nobody reads the name of a queue or a store that they do not see, at whatever address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import Settings

from helpdesk.access import report_keys
from helpdesk.access.people import invitations
from helpdesk.conversation.canned import canned_replies
from helpdesk.conversation.canned.canned_replies import WrittenReply
from helpdesk.conversation.team_notes import team_notes
from helpdesk.conversation.team_notes.team_notes import WrittenNote
from helpdesk.models import Role, Ticket
from helpdesk.search import saved_views
from helpdesk.tickets import assignment, ticket_attributes
from monitor import wallboards
from monitor.models import Calendar, Freeze, Objective, Policy
from monitor.promises import versions
from monitor.promises.defaults import ensure_defaults
from monitor.reports.objectives.calendar_month import month_of
from tests import figures
from tests.config.doors import DOORS, IN
from tests.docs.served import api_routes
from tests.furnished import Furnished
from tests.make import Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

QUEUE, STORE = "Zugzwang", "Xylograph"
"""What no page says for another reason."""

NARROWED: Final = (
    "?reference={r}&into={t}&one=1&other=2",
    "?queue={q}&store={s}&tab=all&part=open&reference={t}",
    "?filter=on&queue={q}&store={s}",
)
"""What an address may ask for, by the numbers of what is not theirs, too."""


class FurnishedBeside(Furnished):
    """A desk beside a queue and a store of which its people see nothing, and which all that goes round names."""

    def _conversation(self) -> Ticket:
        ensure_defaults()
        self.foreign = self.make.queue(QUEUE)
        self.secret = self.make.store(STORE, queue=self.foreign)
        self.make.mailbox("secret@shop.example", store=self.secret)
        self.make.member(self.colleague, queue=self.foreign, role=Role.OVERSEER)
        self.make.member(self.admin, queue=self.foreign, role=Role.OVERSEER)
        self._their_tickets()
        with transaction.atomic():
            self._what_they_keep()
        return self._that_came_from_there(super()._conversation())

    def _their_tickets(self) -> None:
        asked: dict[str, Any] = {"store": self.secret, "now": self.now}
        self.theirs_alone = self.make.ticket(email="jon@example.com", **asked)
        for number in range(3):
            ticket = self.make.ticket(email=f"secret{number}@example.com", **asked)
            with transaction.atomic():
                assignment.assign(ticket=ticket, to=self.colleague, by=self.admin, now=self.now)

    def _that_came_from_there(self, ticket: Ticket) -> Ticket:
        """Let the ticket have been there for a while."""
        for queue in (self.foreign, self.make.queue()):
            with transaction.atomic():
                ticket_attributes.change_queue(ticket=ticket, queue=queue, by=self.admin, now=self.now)
        with transaction.atomic():
            assignment.claim(ticket=ticket, by=self.owner, now=self.now)
        return ticket

    def _what_they_keep(self) -> None:
        here: dict[str, Any] = {"environment": "live"}
        invitations.invite(
            email="other@example.com", queue=self.foreign, role=Role.MEMBER, by=self.admin, now=self.now
        )
        note = WrittenNote("How we do it", "Quietly.", self.foreign, None)
        team_notes.keep(note, by=self.colleague, now=self.now)
        reply = WrittenReply(queue=self.foreign, name="Quietly", texts={"en": "It is."})
        canned_replies.keep(reply, by=self.colleague)
        view: dict[str, Any] = {"name": "Theirs", "page": "queue", "query": f"queue={self.foreign.pk}"}
        saved_views.keep(**view, **here, by=self.owner)
        wallboards.make(by=self.admin, queue=self.foreign, theme="dark", now=self.now, **here)
        frozen = {"name": "Flood", "reason": "Water", "starts_at": self.now, "made_by": self.admin}
        both = [self.foreign.pk, self.make.queue().pk]
        Freeze.objects.create(**here, **frozen, queue_ids=both, store_ids=[self.secret.pk])
        objective = {"metric": "first_response", "per_mille": 900, "created_by": self.admin}
        Objective.objects.create(queue=self.foreign, from_month=month_of(self.now.date()), **objective)

    def _policy(self) -> Policy:
        """Return a promise made to them by name, beside others, of which there is a second version."""
        policy, calendar = Policy.objects.create(name="Quiet"), Calendar.objects.earliest("pk")
        ours = [[self.make.queue().pk, self.make.store().pk], []]
        for number, (queue, store) in enumerate([(ours[0][:1], ours[0][1:]), ([], [])]):
            match = {"queue": [self.foreign.pk, *queue], "store": [self.secret.pk, *store]}
            rules = {"match": match, "targets": {"first_response": {"seconds": 600 + number}}}
            versions.publish_policy(
                policy=policy, rules=rules, position=5, calendar=calendar, by=self.admin, now=self.now
            )
        return policy


@pytest.fixture
def desk(make: Make, settings: Settings) -> FurnishedBeside:
    settings.DEMO_IS_OPEN = False
    figures.begin()
    found = FurnishedBeside(make)
    figures.fold(now=found.now)
    return found


def asked(desk: FurnishedBeside, name: str, *queries: str) -> Iterator[str]:
    """Yield every address that lets somebody in, and what it may be asked for."""
    ours, theirs = desk.ticket.reference, desk.theirs_alone.reference
    named = {"q": desk.foreign.pk, "s": desk.secret.pk, "r": ours, "t": theirs}
    for route, (getting, _posting) in DOORS.items():
        if getting[name] == IN:
            yield from (desk.address(route) + query.format(**named) for query in queries)


def told(client: Client, address: str) -> list[str]:
    """Return what an answer says around each name that its reader does not know."""
    answer = client.get(address)
    said = b"".join(answer).decode(errors="replace")
    found = [said[max(at.start() - 90, 0) : at.end() + 30] for at in re.finditer(f"{QUEUE}|{STORE}", said)]
    return [" ".join(one.split()) for one in found]


@pytest.mark.parametrize("name", ["owner", "overseer"])
def test_no_page_names_a_queue_or_a_store_that_its_reader_does_not_see(
    desk: FurnishedBeside, name: str
) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(desk.make.agent(name))

    named = {address: found for address in asked(desk, name, *NARROWED) if (found := told(client, address))}

    assert named == {}


def test_whoever_sees_them_reads_their_names(desk: FurnishedBeside) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(desk.admin)

    named = {address.partition("?")[0] for address in asked(desk, "admin", "") if told(client, address)}

    assert {"/", "/board/", "/promises/", "/freezes/", "/people/", "/notes/", "/board/objectives/"} <= named


def test_no_report_names_what_its_reader_does_not_see(desk: FurnishedBeside) -> None:
    with transaction.atomic():
        _key, raw = report_keys.issue(desk.overseer, environment="live", name="A table", now=desk.now)
    client = Client(HTTP_AUTHORIZATION=f"Bearer {raw}")
    paths = [path for method, path in api_routes() if method == "GET" and path.startswith("/reports/")]

    answers = {
        f"{path}{query}": client.get(f"/api/v1{path}{query}")
        for path in paths
        for query in ("", f"?queue={desk.foreign.pk}", f"?store={desk.secret.pk}")
    }

    assert {answers[path].status_code for path in paths} == {200}
    assert [
        path for path, one in answers.items() if re.search(f"{QUEUE}|{STORE}", one.content.decode())
    ] == []
