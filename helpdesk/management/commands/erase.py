"""`manage.py erase`: forget a customer, or make an agent who has left a number."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.access import erasure
from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Customer


class Command(BaseCommand):
    help = "Empty a customer's rows, or an agent's, and keep them; cannot be taken back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        whom = parser.add_mutually_exclusive_group(required=True)
        whom.add_argument("--customer", type=int, help="by the number that the administration shows")
        whom.add_argument("--agent", help="by e-mail")

    def handle(self, *args: object, **options: Any) -> None:
        with transaction.atomic():
            if options["agent"] is None:
                self._erase_customer(options["customer"])
            else:
                self._make_anonymous(options["agent"])

    def _erase_customer(self, number: int) -> None:
        customer = Customer.objects.filter(pk=number).first()
        if customer is None:
            raise CommandError(_("There is no such customer."))
        erasure.erase_customer(customer=customer)
        self.stdout.write(_("Erased. Their tickets are still counted."))

    def _make_anonymous(self, email: str) -> None:
        agent = Agent.objects.filter(email=email.lower()).first()
        if agent is None:
            raise CommandError(_("There is no such agent."))
        back = erasure.make_anonymous(agent=agent, now=database_now())
        self.stdout.write(_("Made anonymous; %d tickets went back to their queues.") % back.tickets)
