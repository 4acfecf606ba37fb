"""Setting the demo shop up, stopping it, and wiping it away."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.db import transaction

from helpdesk.access import api_keys
from helpdesk.models import (
    Agent,
    ApiKey,
    Customer,
    DemoShop,
    Environment,
    Membership,
    Queue,
    Role,
    Scope,
    Store,
    Ticket,
)

NAME = "Demo shop"
PASSWORD = "attend-demo"  # noqa: S105  # known to all: these logins exist on loopback only
AGENT, SUPERVISOR, ADMIN = "agent@demo.example", "supervisor@demo.example", "admin@demo.example"
LOGINS = (
    (AGENT, "Robin Vale", Role.MEMBER, False),
    (SUPERVISOR, "Sasha Thorne", Role.OVERSEER, False),
    (ADMIN, "Ariel Stone", Role.OVERSEER, True),
)
SCRIPTED = (("mira@demo.example", "Mira Lund"), ("osei@demo.example", "Osei Clarke"))


def seed() -> None:
    """Make the demo store, its queue, its people and its key where they are missing."""
    if not settings.ATTEND_DEMO:
        return
    with transaction.atomic():
        queue, _made = Queue.objects.get_or_create(name=NAME)
        store, _made = Store.objects.get_or_create(
            name=NAME, environment=Environment.DEMO, defaults={"default_queue": queue}
        )
        DemoShop.objects.get_or_create(store=store)
        _seed_people(queue)
        _seed_key(store)


def _seed_people(queue: Queue) -> None:
    for email, name, role, is_admin in LOGINS:
        agent = _person(email, name, is_admin=is_admin)
        if not check_password(PASSWORD, agent.password):
            agent.set_password(PASSWORD)
            agent.save(update_fields=["password"])
        Membership.objects.get_or_create(agent=agent, queue=queue, defaults={"role": role})
    for email, name in SCRIPTED:
        Membership.objects.get_or_create(agent=_person(email, name), queue=queue)


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
    """Keep one key that can be shown at every start, because its secret follows from the installation's."""
    public_id, secret = _key_parts()
    ApiKey.objects.update_or_create(
        public_id=public_id,
        defaults={
            "store": store,
            "name": NAME,
            "digest": api_keys.digest(secret),
            "scopes": [Scope.READ, Scope.WRITE, Scope.ACT],
            "slot": 1,
            "revoked_at": None,
        },
    )


def api_key() -> str:
    """Return the demo store's key in full."""
    public_id, secret = _key_parts()
    return api_keys.spelled(Environment.DEMO, public_id, secret)


def _key_parts() -> tuple[str, str]:
    derived = hmac.new(settings.SECRET_KEY.encode(), b"the demo shop's key", hashlib.sha256).hexdigest()
    return f"demo{derived[:8]}", derived[8:48]


def is_stopped() -> bool:
    """Tell whether the demo was stopped, or is not there at all."""
    return not DemoShop.objects.filter(stopped_at=None).exists()


def stop(shop: DemoShop, *, now: datetime) -> None:
    """Let no more demo customers write; safe to repeat."""
    DemoShop.objects.filter(pk=shop.pk, stopped_at=None).update(stopped_at=now)


def start(shop: DemoShop) -> None:
    """Let demo customers write again; safe to repeat."""
    DemoShop.objects.filter(pk=shop.pk).update(stopped_at=None)


def wipe(shop: DemoShop, *, now: datetime) -> int:
    """Stop the demo and delete every ticket and customer of its store; return how many tickets there were."""
    stop(shop, now=now)
    tickets = Ticket.objects.filter(store=shop.store_id)
    count = tickets.count()
    tickets.update(merged_into=None, status="closed")
    tickets.delete()
    Customer.objects.filter(store=shop.store_id).delete()
    return count
