"""Queues on their own pages: called otherwise, merged, retired; nothing of what was in them is lost."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from helpdesk.database.instant import database_now
from helpdesk.jobs import job_turn
from helpdesk.models import (
    Agent,
    CannedReply,
    Job,
    Membership,
    Queue,
    Role,
    SavedView,
    Status,
    Store,
    TeamNote,
    Ticket,
    TicketEvent,
)
from helpdesk.queues import queue_retirement
from helpdesk.tickets import ticket_attributes, ticket_status
from helpdesk.tickets.ticket_attributes import QueueRetired
from tests.make import Make

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(make: Make, client: Client) -> Agent:
    agent = make.agent("admin")
    client.force_login(agent)
    return agent


def said(client: Client, name: str, queue: Queue, /, **fields: object) -> str:
    return client.post(reverse(name, args=[queue.pk]), fields, follow=True).content.decode()


def work_off() -> None:
    while job_turn.take(now=database_now(), limit=10):
        pass


ROUTES = (
    "queue-name",
    "queue-questions",
    "queue-retirement",
    "queue-removal",
    "queue-merging",
    "queue-silence",
)


@pytest.mark.parametrize("who", ["owner", "overseer", "outsider"])
def test_only_an_admin_sets_up_queues(client: Client, make: Make, who: str) -> None:
    queue = make.queue()
    client.force_login(make.agent(who))
    assert client.get(reverse("queues")).status_code == 403
    assert client.get(reverse("queue-settings", args=[queue.pk])).status_code == 403
    assert client.post(reverse("new-queue"), {"name": "Mine"}).status_code == 403
    for name in ROUTES:
        assert client.post(reverse(name, args=[queue.pk]), {"name": "Mine"}).status_code == 403
    assert Queue.objects.filter(name="Support").exists()


def test_a_queue_is_added_and_called_otherwise(client: Client, make: Make, admin: Agent) -> None:
    assert (
        "Next, give it people."
        in client.post(reverse("new-queue"), {"name": " Returns & co "}, follow=True).content.decode()
    )
    queue = Queue.objects.get(name="Returns & co")
    assert "Renamed." in said(client, "queue-name", queue, name="החזרות")
    assert "Nothing changed." in said(client, "queue-name", queue, name="החזרות")
    queue.refresh_from_db()
    assert queue.name == "החזרות"


@pytest.mark.parametrize("name", ["support", "SUPPORT ", "Ｓupport", "", "   ", "x" * 201, "\u200b"])
def test_a_name_that_cannot_be_is_told_and_stays_typed(
    client: Client, make: Make, admin: Agent, name: str
) -> None:
    make.queue("Support")
    queue = make.queue("Returns")
    for answer in (
        client.post(reverse("new-queue"), {"name": name}),
        client.post(reverse("queue-name", args=[queue.pk]), {"name": name}),
    ):
        assert answer.status_code == 422
        assert 'role="alert"' in answer.content.decode()
        assert f'value="{name}"' in answer.content.decode() or name == "\u200b"
    assert sorted(Queue.objects.values_list("name", flat=True)) == ["Returns", "Support"]


def test_a_spelling_of_its_own_name_is_no_other_queue(client: Client, make: Make, admin: Agent) -> None:
    queue = make.queue("support")
    assert "Renamed." in said(client, "queue-name", queue, name="Support")


def test_what_is_used_is_not_retired_and_what_is_retired_is_not_offered(
    client: Client, make: Make, admin: Agent
) -> None:
    fed, free = make.store().default_queue, make.queue("Returns")
    ticket = make.ticket()
    assert "lead to Support" in said(client, "queue-retirement", fed, retired="yes")
    assert "Returns is retired." in said(client, "queue-retirement", free, retired="yes")
    page = client.get(reverse("ticket", args=[ticket.reference])).content.decode()
    assert f'value="{free.pk}">Returns' not in page
    with pytest.raises(QueueRetired), transaction.atomic():
        ticket_attributes.change_queue(ticket=ticket, queue=free, by=admin, now=database_now())
    assert "Returns is in use again." in said(client, "queue-retirement", free, retired="no")


def test_a_queue_with_live_tickets_is_not_retired(client: Client, make: Make, admin: Agent) -> None:
    queue = make.queue("Returns")
    ticket = make.ticket()
    with transaction.atomic():
        ticket_attributes.change_queue(ticket=ticket, queue=queue, by=admin, now=database_now())
    assert "There are tickets in Returns that have not ended" in said(
        client, "queue-retirement", queue, retired="yes"
    )
    with transaction.atomic():
        ticket_status.set_status(ticket=ticket, status=Status.RESOLVED, by=admin, now=database_now())
    assert "Returns is retired." in said(client, "queue-retirement", queue, retired="yes")
    assert ticket.reference in client.get(reverse("tickets"), {"queue": queue.pk}).content.decode()


def test_no_store_is_led_to_a_retired_queue(client: Client, make: Make, admin: Agent) -> None:
    queue = make.queue("Returns")
    with transaction.atomic():
        queue_retirement.retire(queue, now=database_now())
    fields = {"name": "Lamps", "environment": "live", "locale": "en", "timezone": "UTC"}
    answer = client.post(reverse("stores"), fields | {"queue_name": "returns"})
    assert answer.status_code == 422
    assert "“Returns” is retired." in answer.content.decode()
    assert not Store.objects.exists()


def test_merging_leads_everything_to_the_other_queue_and_moves_what_is_live(
    client: Client, make: Make, admin: Agent
) -> None:
    source, into = make.store().default_queue, make.queue("Everything")
    mailbox = make.mailbox()
    owner, overseer = make.agent("owner"), make.agent("overseer")
    make.member(overseer, queue=into)
    live, ended = make.ticket(), make.ticket()
    with transaction.atomic():
        ticket_status.set_status(ticket=ended, status=Status.RESOLVED, by=admin, now=database_now())

    client.post(reverse("queue-merging", args=[source.pk]), {"into": into.pk})

    store = make.store()
    store.refresh_from_db()
    mailbox.refresh_from_db()
    assert (store.default_queue, mailbox.queue) == (into, into)
    roles = dict(Membership.objects.filter(queue=into).values_list("agent", "role"))
    assert roles == {owner.pk: Role.MEMBER, overseer.pk: Role.OVERSEER}
    job = Job.objects.get(kind="queue_merge")
    assert (job.asked_by, str(job.arguments["into"])) == (admin, str(into.pk))

    work_off()
    assert Ticket.objects.get(pk=live.pk).queue == into
    assert Ticket.objects.get(pk=ended.pk).queue == source
    source.refresh_from_db()
    assert source.retired_at is not None
    moves = TicketEvent.objects.filter(ticket=live, kind="queue_changed")
    assert moves.count() == 1


def test_what_becomes_of_a_queue_is_shown_before_it_is_merged(
    client: Client, make: Make, admin: Agent
) -> None:
    source, into = make.mailbox().queue, make.queue("Everything")
    make.agent("owner")
    make.member(make.agent("overseer"), queue=into)
    make.ticket()
    shown = client.get(reverse("queue-merging", args=[source.pk]), {"into": into.pk}).content.decode()
    assert "1 ticket that has not ended moves" in shown
    assert "help@shop.example" in shown
    assert "Owner" in shown
    assert "Overseer" not in shown


def test_merging_takes_along_what_its_people_share(client: Client, make: Make, admin: Agent) -> None:
    source, into = make.store().default_queue, make.queue("Everything")
    canned = CannedReply.objects.create(name="Moved", queue=source, actions=["tag:x", f"queue:{source.pk}"])
    note = TeamNote.objects.create(title="Sizes", queue=source, kept_by=admin, kept_at=database_now())
    view = SavedView.objects.create(name="Late", queue=source, agent=admin, environment="live", page="queue")

    client.post(reverse("queue-merging", args=[source.pk]), {"into": into.pk})

    for shared in (canned, note, view):
        shared.refresh_from_db()
        assert shared.queue == into
    assert canned.actions == ["tag:x", f"queue:{into.pk}"]


def test_a_queue_in_which_texts_are_shared_is_not_removed_with_them(
    client: Client, make: Make, admin: Agent
) -> None:
    queue = make.queue("Returns")
    reply = CannedReply.objects.create(name="Sizes", queue=queue)
    assert "is in use, or" in said(client, "queue-removal", queue)
    assert CannedReply.objects.filter(pk=reply.pk).exists()


@pytest.mark.parametrize("page", ["canned-reply-new", "bulk"])
def test_what_is_retired_is_offered_to_no_reply_and_no_bulk_act(
    client: Client, make: Make, admin: Agent, page: str
) -> None:
    queue, ticket = make.queue("Returns"), make.ticket()
    with transaction.atomic():
        queue_retirement.retire(queue, now=database_now())
    asked = {"act": "queue", "ticket": ticket.reference}
    shown = client.post(reverse("bulk"), asked) if page == "bulk" else client.get(reverse(page))

    assert shown.status_code == 200
    assert "Support" in shown.content.decode()
    assert f'value="{queue.pk}"' not in shown.content.decode()


def test_a_queue_is_not_merged_into_itself_or_into_one_that_is_retired(
    client: Client, make: Make, admin: Agent
) -> None:
    queue, retired = make.queue(), make.queue("Returns")
    with transaction.atomic():
        queue_retirement.retire(retired, now=database_now())
    for into in (queue.pk, retired.pk, "x", ""):
        assert client.post(reverse("queue-merging", args=[queue.pk]), {"into": into}).status_code == 404
    assert not Job.objects.exists()


def test_more_queues_cost_the_list_no_more_statements(client: Client, make: Make, admin: Agent) -> None:
    make.queue()
    client.get(reverse("queues"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("queues"))
    for number in range(20):
        make.queue(f"Queue {number}")
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("queues"))
    assert len(many) == len(few)
