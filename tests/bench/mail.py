"""Mail in: kept, parsed and filed, beside the same messages through the API in the same run.

Ours is what the postman and its task do, in one process: each mail is kept in a transaction, and filed in another. The
controls say the same things as JSON to a running web server, 500 tickets a request, which share their statements, and
one after the other, as mail has to be filed. What is measured begins once the mails are written; they come in the
forms in which programs send them, and are the same for the same round.
"""

from __future__ import annotations

import json
import resource
import time
from collections.abc import Sequence
from statistics import median
from typing import Final

import urllib3
from django.db import transaction

from config import exposure
from config.runner import programs
from helpdesk.database.instant import database_now
from helpdesk.mail import inbox
from helpdesk.mail.filing import mail_turn
from helpdesk.models import Store, Ticket
from tests.bench import crowd, stage
from tests.bench.figure import Effort, Figure, bounded, compared
from tests.bench.mail_corpus import MailQuestion, questions
from tests.bench.stage import Shop

MAILS: Final = 500
"""In each round, on each side."""
MOST_GROWTH: Final = 64.0
"""MB."""


class NotFiled(Exception):
    """A question became no ticket: then a comparison says nothing."""


def run(effort: Effort, *, mails: int = MAILS) -> list[Figure]:
    """Mails a second, medians of interleaved rounds, and how much more memory the last round takes than the first."""
    shop = stage.shop()
    taken: dict[str, list[float]] = {side: [] for side in SIDES}
    with stage.running(programs.web()):
        stage.await_web()
        for side in SIDES:
            _rate(side, shop, questions(mails, name=f"warm-{side}"))
        before = _peak()
        for number in range(effort.rounds):
            crowd.tidy()
            for side, rates in taken.items():
                rates.append(_rate(side, shop, questions(mails, name=f"{side}-{number}")))
        grown = _peak() - before
    ours, batch, alone = (median(taken[side]) for side in SIDES)
    return [
        compared(f"kept, parsed and filed: mail / batches of {MAILS}", ours, batch, unit="/s", floor=0.013),
        compared("kept, parsed and filed: mail / API one by one", ours, alone, unit="/s", floor=0.25),
        bounded("memory that grows meanwhile, at its peak", grown, unit="MB", limit=MOST_GROWTH),
    ]


def _rate(side: str, shop: Shop, said: Sequence[MailQuestion]) -> float:
    """Return how many questions a second become tickets; raises `NotFiled` unless all do."""
    before = Ticket.objects.count()
    seconds = SIDES[side](shop, said)
    if Ticket.objects.count() != before + len(said):
        raise NotFiled(side)
    return len(said) / seconds


def _file(shop: Shop, said: Sequence[MailQuestion]) -> float:
    """Return the seconds that it takes to keep mails and to file them."""
    store = Store.objects.get(pk=shop.store)
    began = time.perf_counter()
    for question in said:
        with transaction.atomic():
            inbox.keep(question.raw, store=store, now=database_now())
    while mail_turn.take(now=database_now()):
        pass
    return time.perf_counter() - began


def _post_together(shop: Shop, said: Sequence[MailQuestion]) -> float:
    """Return the seconds that the API takes for as many tickets in one request."""
    body = {"tickets": [question.ticket for question in said]}
    return _timed(shop, "/tickets/batch", [json.dumps(body)])


def _post_alone(shop: Shop, said: Sequence[MailQuestion]) -> float:
    """Return the seconds that it takes with a request for each, one after the other."""
    return _timed(shop, "/tickets", [json.dumps(question.ticket) for question in said])


def _timed(shop: Shop, path: str, bodies: Sequence[str]) -> float:
    """Return how long requests take that are written already."""
    headers = {"Authorization": f"Bearer {shop.key}", "Content-Type": "application/json"}
    url = f"{exposure.local_address()}/api/v1{path}"
    began = time.perf_counter()
    for body in bodies:
        _POOL.request("POST", url, body=body.encode(), headers=headers)
    return time.perf_counter() - began


_POOL: Final = urllib3.PoolManager(retries=False, timeout=60)
SIDES: Final = {"ours": _file, "together": _post_together, "alone": _post_alone}


def _peak() -> float:
    """Return the most memory that this process has ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
