"""Setting the demo up, stopping it, and wiping it away: three stores, two queues, their people and what these know."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.db import transaction
from django.db.models import QuerySet

from helpdesk.access import api_keys
from helpdesk.database.deletion import delete_whole
from helpdesk.database.instant import database_now
from helpdesk.demo import handbook
from helpdesk.demo.post import demo_mailbox
from helpdesk.models import (
    Agent,
    ApiKey,
    Customer,
    DemoShop,
    Environment,
    HeldReply,
    Membership,
    Queue,
    RawMail,
    Role,
    Scope,
    SenderBlock,
    Store,
    Ticket,
)
from helpdesk.models.ticket import TicketQuerySet

NAME = "Demo shop"
LANGUAGES = "Demo shop, Tamil and Hebrew"
PASSWORD = "attend-demo"  # noqa: S105  # known to all: these logins exist on loopback only
AGENT, SUPERVISOR, ADMIN = "agent@demo.example", "supervisor@demo.example", "admin@demo.example"
LOGINS = (
    (AGENT, "Robin Vale", Role.MEMBER, False),
    (SUPERVISOR, "Sasha Thorne", Role.OVERSEER, False),
    (ADMIN, "Ariel Stone", Role.OVERSEER, True),
)
SCRIPTED = (("mira@demo.example", "Mira Lund"), ("osei@demo.example", "Osei Clarke"))


@dataclass(frozen=True, slots=True)
class DemoQueue:
    """A queue of the demo, its stores (name, language, time zone), and who answers there beside the logins."""

    name: str
    stores: tuple[tuple[str, str, str], ...]
    staff: tuple[tuple[str, str], ...]


MADURAI, HAIFA = "Demo shop Madurai", "Demo shop Haifa"
QUEUES = (
    DemoQueue(NAME, ((NAME, "en", "UTC"),), (*SCRIPTED, ("lena@demo.example", "Lena Brandt"))),
    DemoQueue(
        LANGUAGES,
        ((MADURAI, "ta", "Asia/Kolkata"), (HAIFA, "he", "Asia/Jerusalem")),
        (("kavin@demo.example", "Kavin Raj"), ("dana@demo.example", "Dana Levi")),
    ),
)
STORES = {language: name for queue in QUEUES for name, language, _zone in queue.stores}
"""Where customers write, by their language."""


def staff_of(store: str) -> list[str]:
    """Return the addresses of those who answer in a store's queue, beside the logins."""
    queue = next(each for each in QUEUES if store in [name for name, *_others in each.stores])
    return [email for email, _name in queue.staff]


def seed() -> None:
    """Make the demo's stores, queues, people and keys where they are missing."""
    if not (settings.ATTEND_DEMO and demo_mailbox.is_served()):
        demo_mailbox.unplug()
    if not settings.ATTEND_DEMO:
        return
    with transaction.atomic():
        logins = [_login(email, name, is_admin=is_admin) for email, name, _role, is_admin in LOGINS]
        for demo_queue in QUEUES:
            queue = _seed_queue(demo_queue, logins)
            handbook.write_down(queue, by=logins[1], now=database_now())
        for store in Store.objects.filter(name__in=STORES.values(), environment=Environment.DEMO):
            _seed_key(store)
            if store.name == NAME and demo_mailbox.is_served():
                demo_mailbox.plug_in(store)


def _login(email: str, name: str, *, is_admin: bool) -> Agent:
    agent = _person(email, name, is_admin=is_admin)
    if not check_password(PASSWORD, agent.password):  # which takes its time, once for each
        agent.set_password(PASSWORD)
        agent.save(update_fields=["password"])
    return agent


def _seed_queue(demo_queue: DemoQueue, logins: Sequence[Agent]) -> Queue:
    queue = Queue.objects.all().named_or_made(demo_queue.name)
    for store in demo_queue.stores:
        _seed_store(*store, queue=queue)
    for agent, (_email, _name, role, _is_admin) in zip(logins, LOGINS, strict=True):
        Membership.objects.get_or_create(agent=agent, queue=queue, defaults={"role": role})
    for email, name in demo_queue.staff:
        Membership.objects.get_or_create(agent=_person(email, name), queue=queue)
    return queue


def _seed_store(name: str, language: str, zone: str, *, queue: Queue) -> None:
    store, _made = Store.objects.get_or_create(
        name=name,
        environment=Environment.DEMO,
        defaults={"default_queue": queue, "locale": language, "timezone": zone},
    )
    DemoShop.objects.get_or_create(store=store)


def _person(email: str, name: str, *, is_admin: bool = False) -> Agent:
    agent, _made = Agent.objects.get_or_create(
        email=email,
        defaults={
            "name": name,
            "is_demo": True,
            "is_admin": is_admin,
            "is_superuser": is_admin,
            "password": "!",
        },
    )
    return agent


def _seed_key(store: Store) -> None:
    """Keep one key of a store that can be shown at every start, because its secret follows from the installation's."""
    public_id, secret = _key_parts(store.name)
    ApiKey.objects.update_or_create(
        public_id=public_id,
        defaults={
            "store": store,
            "name": store.name,
            "digest": api_keys.digest(secret),
            "scopes": [Scope.READ, Scope.WRITE, Scope.ACT],
            "slot": 1,
            "revoked_at": None,
        },
    )


def api_key(store: str = NAME) -> str:
    """Return the key of one of the demo's stores in full."""
    public_id, secret = _key_parts(store)
    return api_keys.spelled(Environment.DEMO, public_id, secret)


def _key_parts(store: str) -> tuple[str, str]:
    purpose = "the demo shop's key" if store == NAME else f"the demo shop's key: {store}"
    derived = hmac.new(settings.SECRET_KEY.encode(), purpose.encode(), hashlib.sha256).hexdigest()
    return f"demo{derived[:8]}", derived[8:48]


def is_stopped() -> bool:
    """Tell whether the demo was stopped, or is not there at all."""
    return not DemoShop.objects.filter(stopped_at=None).exists()


def stop(*, now: datetime) -> None:
    """Let no more demo customers write; safe to repeat."""
    DemoShop.objects.filter(stopped_at=None).update(stopped_at=now)


def start() -> None:
    """Let demo customers write again; safe to repeat."""
    DemoShop.objects.update(stopped_at=None)


def tickets() -> TicketQuerySet:
    """Return the tickets of all stores of the demo."""
    return Ticket.objects.filter(store__demoshop__isnull=False)


def last_orders() -> dict[str, int]:
    """Return the highest number of an order that was written about, by the store's language, if there is one."""
    ours = tickets().filter(order__id__regex=r"^[0-9]{1,9}$").values_list("store__name", "order__id")
    languages = {name: language for language, name in STORES.items()}
    found: dict[str, int] = {}
    for store, order in ours.iterator():
        language = languages[store]
        found[language] = max(int(order), found.get(language, 0))
    return found


def wipe(*, now: datetime) -> int:
    """Stop the demo and delete every ticket, customer and mail of its stores; return how many tickets there were.

    Clocks, flags and whatever else hangs on a ticket go with it, and so do blocks: whose mail was stopped may write
    again. Stores, queues and people stay. Whoever is writing to a ticket, saying a reply that was held, or filing a
    mail on one, is waited for; whoever comes later finds it gone.
    """
    stop(now=now)
    demo_mailbox.forget_what_came(now=now)
    mails = _held(RawMail.objects.filter(store__demoshop__isnull=False))
    _held(HeldReply.objects.filter(ticket__store__demoshop__isnull=False))
    customers = _held(Customer.objects.filter(store__demoshop__isnull=False))
    held = _held(tickets())
    delete_whole(Ticket.objects.filter(pk__in=held))
    delete_whole(Customer.objects.filter(pk__in=customers))
    delete_whole(RawMail.objects.filter(pk__in=mails))
    delete_whole(SenderBlock.objects.filter(store__demoshop__isnull=False))
    return len(held)


def _held(rows: QuerySet[Any]) -> list[int]:
    """Return the ids of rows that nothing can be hung on from now on."""
    return list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
