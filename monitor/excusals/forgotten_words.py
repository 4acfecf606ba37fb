"""What was said in own words of a customer's tickets, once they are to be forgotten; that it was said stays."""

from __future__ import annotations

from helpdesk.models import Customer
from monitor.models import BreachCause, Excusal


def forget_customer(customer: Customer) -> None:
    """Empty causes in own words, and reasons of excusals; who said one, and when, stays, and so do figures."""
    theirs = customer.tickets.all()
    BreachCause.objects.filter(ticket__in=theirs).update(words="")
    Excusal.objects.filter(ticket__in=theirs).update(reason="")
