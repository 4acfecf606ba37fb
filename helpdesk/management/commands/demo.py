"""`manage.py demo --url …`: give the demo shop a past, then be its customers and agents until stopped."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

import structlog
import urllib3
from django.core.management.base import BaseCommand
from django.db import OperationalError, connection

from helpdesk.database.instant import database_now
from helpdesk.demo import past, shop
from helpdesk.demo.client import ApiClient, ApiRefused
from helpdesk.demo.demo_step import DemoStep
from helpdesk.demo.driver import FIRST_ORDERS, plan, ticket_body
from helpdesk.demo.post import demo_mailbox
from helpdesk.demo.post.mail_customers import MailCustomers
from helpdesk.demo.post.mail_story import ANSWERS, ONLY_BY_MAIL, said_again
from helpdesk.mail.servers.server_fault import MailServerFailed
from helpdesk.outbox.channel import AttemptFailed

logger = structlog.get_logger(__name__)


class Command(BaseCommand):
    help = (
        "Write six weeks of history, then drive the demo shop through the HTTP API and by mail: a dozen tickets in "
        "two minutes, then one every two or three, most of them answered."
    )
    requires_system_checks = ()  # they read every page and route, which it would carry about for ever

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--url", default="http://127.0.0.1:8000")

    def handle(self, *args: object, **options: Any) -> None:
        driver = Driver(
            {store: ApiClient(options["url"], shop.api_key(store)) for store in shop.STORES.values()}
        )
        while True:
            try:
                driver.run()
            except OperationalError as error:  # the database is away for a moment
                logger.warning("demo_waits", error=str(error).strip())
                connection.close()
            time.sleep(1)


class Driver:
    """Carries the plan out, with a client for each store; begins a new one whenever the demo is started again."""

    def __init__(self, clients: Mapping[str, ApiClient]) -> None:
        self.clients = clients
        self.references: dict[int, str] = {}

    def run(self) -> None:
        """Follow one plan until the demo is stopped, or wiped and started again."""
        if shop.is_stopped():
            return
        self._write_past()
        start = database_now()
        self.references.clear()
        for step in plan(start, {**FIRST_ORDERS, **shop.last_orders()}):
            if not (_wait_until(step.at) and self._try(step, start)):
                return

    def _write_past(self) -> None:
        """Give the shop its past, if that is not there yet."""
        begun = time.monotonic()
        if written := past.write_past(now=database_now()):
            logger.info("demo_past_written", tickets=written, seconds=round(time.monotonic() - begun, 1))

    def _try(self, step: DemoStep, start: datetime) -> bool:
        """Do a step; a demo goes on when a request is refused or nobody answers. False where its ticket is gone."""
        try:
            self._do(step, start)
        except (ApiRefused, urllib3.exceptions.HTTPError, AttemptFailed, MailServerFailed) as error:
            logger.info("demo_step_refused", verb=step.verb, number=step.number, error=str(error))
            return getattr(error, "status", None) != HTTPStatus.NOT_FOUND
        return True

    def _do(self, step: DemoStep, start: datetime) -> None:
        if step.address and demo_mailbox.is_served():
            self._do_by_mail(step, MailCustomers(start))
        elif step.verb == "open":
            external_id = f"demo-{int(start.timestamp())}-{step.number}"
            ticket = self._client(step).send("POST", "/tickets", ticket_body(step, external_id=external_id))
            self.references[step.number] = ticket["reference"]
        elif step.number in self.references and step.verb not in ONLY_BY_MAIL:
            self._act(step, self.references[step.number])

    def _do_by_mail(self, step: DemoStep, customers: MailCustomers) -> None:
        """Let the customer write, or somebody of the store act on the ticket that their mail has opened."""
        if step.verb == "open":
            customers.ask(step, now=database_now())
        elif step.verb in ANSWERS:
            customers.answer(step, now=database_now())
        elif reference := customers.reference(step.number):
            self._act(step, reference)

    def _client(self, step: DemoStep) -> ApiClient:
        return self.clients[shop.STORES[step.conversation.language]]

    def _act(self, step: DemoStep, reference: str) -> None:
        """Let one of those who answer in the store's queue do the step."""
        send, staff = self._client(step).send, shop.staff_of(shop.STORES[step.conversation.language])
        email = staff[step.number % len(staff)]
        if step.verb == "acknowledge":
            send("PUT", f"/tickets/{reference}/acknowledgement", {"agent": email})
        elif step.verb == "claim":
            send("PUT", f"/tickets/{reference}/assignee", {"assignee": email})
        elif step.verb == "resolve":
            send("PUT", f"/tickets/{reference}/status", {"status": "resolved", "agent": email})
        else:
            talk, author = step.conversation, {"kind": "agent", "agent": email}
            body = said_again(talk) if step.verb == "answer_again" else talk.answer
            send("POST", f"/tickets/{reference}/messages", {"body": body, "author": author})


def _wait_until(at: datetime) -> bool:
    """Sleep until then in short steps; return whether the demo still runs."""
    while not shop.is_stopped():
        left = (at - database_now()).total_seconds()
        if left <= 0:
            return True
        time.sleep(min(left, 1.0))
    return False
