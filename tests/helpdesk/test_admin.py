"""Django's admin: set up there what is set up, and look at what happened."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from helpdesk.database.instant import database_now
from helpdesk.models import (
    Agent,
    ApiKey,
    Delivery,
    DeliveryAddress,
    Membership,
    Message,
    SecurityEvent,
    SecurityEventKind,
    Store,
    Ticket,
    TicketEvent,
    WebhookSubscription,
)
from tests.make import NOW, Make

READ_ONLY = [Ticket, Message, TicketEvent, ApiKey]


@pytest.fixture
def boss(make: Make, client: Client) -> Client:
    client.force_login(make.agent("admin"))
    return client


@pytest.mark.parametrize("model", [m for m in admin.site._registry if m._meta.app_label == "helpdesk"])
def test_every_list_can_be_seen_and_searched(make: Make, boss: Client, model: type[Ticket]) -> None:
    make.ticket()
    make.key()

    address = reverse(f"admin:helpdesk_{model._meta.model_name}_changelist")
    assert boss.get(address).status_code == 200
    assert (
        boss.get(address, {"q": "x"} if admin.site._registry[model].search_fields else {}).status_code == 200
    )


def test_it_bears_our_name(boss: Client) -> None:
    page = boss.get(reverse("admin:index")).content.decode()
    assert "Attend: administration" in page
    assert "Django" not in page


@pytest.mark.parametrize("model", READ_ONLY)
def test_what_happened_is_only_looked_at(make: Make, boss: Client, model: type[Ticket]) -> None:
    make.ticket()
    make.key()
    name = f"admin:helpdesk_{model._meta.model_name}"
    pk = model.objects.values_list("pk", flat=True)[0]

    assert boss.get(reverse(f"{name}_change", args=[pk])).status_code == 200
    assert boss.post(reverse(f"{name}_change", args=[pk]), {"body": "another"}).status_code == 403
    assert boss.post(reverse(f"{name}_delete", args=[pk]), {"post": "yes"}).status_code == 403
    assert boss.get(reverse(f"{name}_add")).status_code == 403


def test_an_agent_is_made_with_a_lower_case_address(make: Make, boss: Client) -> None:
    nobody = {f"memberships-{key}": "0" for key in ("TOTAL_FORMS", "INITIAL_FORMS")}
    answer = boss.post(
        reverse("admin:helpdesk_agent_add"),
        nobody
        | {
            "email": "Priya@Example.com",
            "name": "Priya",
            "password1": "seventeen blue herons",
            "password2": "seventeen blue herons",
        },
    )

    assert answer.status_code == 302
    assert Agent.objects.get(email="priya@example.com").check_password("seventeen blue herons")


def test_an_agent_is_put_into_a_queue(make: Make, boss: Client) -> None:
    agent = make.agent()
    address = reverse("admin:helpdesk_agent_change", args=[agent.pk])

    assert boss.get(address).status_code == 200
    boss.post(
        address,
        {
            "email": agent.email,
            "name": "Renamed",
            "locale": "ta",
            "timezone": "Asia/Kolkata",
            "theme": "dark",
            "is_active": "on",
            "memberships-TOTAL_FORMS": "1",
            "memberships-INITIAL_FORMS": "0",
            "memberships-0-agent": str(agent.pk),
            "memberships-0-queue": str(make.queue("Returns").pk),
            "memberships-0-role": "overseer",
        },
    )

    agent.refresh_from_db()
    assert (agent.name, agent.locale, agent.theme) == ("Renamed", "ta", "dark")
    assert Membership.objects.filter(agent=agent, queue=make.queue("Returns"), role="overseer").exists()


def test_a_store_keeps_its_environment(make: Make, boss: Client) -> None:
    store = make.store()
    boss.post(
        reverse("admin:helpdesk_store_change", args=[store.pk]),
        {
            "name": "Renamed",
            "environment": "test",
            "default_queue": str(store.default_queue_id),
            "locale": "en",
            "timezone": "UTC",
            "webhook_secret": store.webhook_secret,
        },
    )

    assert list(Store.objects.values_list("name", "environment")) == [("Renamed", "live")]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("timezone", "Nope"),
        ("timezone", "../etc/localtime"),
        ("timezone", "Factory"),
        ("locale", "not a language"),
        ("webhook_url", "ftp://example.com/"),
        ("webhook_url", "https://example.com:99999/"),
        ("webhook_secret", "short"),
        ("webhook_secret", "whsec_!!!"),
        ("webhook_secret", "whsec_c2hvcnQ="),
    ],
)
def test_a_store_is_not_given_what_it_could_never_use(
    make: Make, boss: Client, field: str, value: str
) -> None:
    store = make.store()
    fields = ("name", "locale", "timezone", "webhook_url", "webhook_secret")
    form = {name: getattr(store, name) for name in fields} | {"default_queue": store.default_queue_id}
    address = reverse("admin:helpdesk_store_change", args=[store.pk])

    page = boss.post(address, form | {field: value})

    assert list(page.context["adminform"].form.errors) == [field]
    assert boss.post(address, form | {"webhook_url": "https://example.com/hook"}).status_code == 302


def test_a_webhook_is_subscribed_to_kinds_of_one_store(make: Make, boss: Client) -> None:
    store = make.store()
    secret = {"secret": store.webhook_secret, "initial-secret": store.webhook_secret}
    form = {"store": store.pk, "url": "https://shop.example/hook", **secret}
    add = reverse("admin:helpdesk_webhooksubscription_add")

    refused = boss.post(add, form | {"url": "ftp://shop.example/", "secret": "short", "kinds": ["all"]})
    boss.post(add, form | {"kinds": ["message.sent", "message.received"]})
    subscription = WebhookSubscription.objects.get()
    change = reverse("admin:helpdesk_webhooksubscription_change", args=[subscription.pk])
    boss.post(change, form | {"store": make.store("Another shop").pk, "kinds": ["message.sent"]})

    assert set(refused.context["adminform"].form.errors) == {"url", "secret", "kinds"}
    subscription.refresh_from_db()
    assert (subscription.store, subscription.kinds) == (store, ["message.sent"])
    traced = SecurityEvent.objects.filter(kind=SecurityEventKind.SET_UP_CHANGED).order_by("pk")
    assert [event.facts["fields"] for event in traced][1:] == [["kinds"]]


def test_nor_an_agent_a_zone_that_there_is_not(make: Make, boss: Client) -> None:
    address = reverse("admin:helpdesk_agent_change", args=[make.agent().pk])
    page = boss.post(address, {"timezone": "Mars/Olympus", "locale": "?"})

    assert {"timezone", "locale"} <= set(page.context["adminform"].form.errors)


def test_a_key_is_revoked(make: Make, boss: Client) -> None:
    key, _ = make.key(now=NOW - timedelta(days=1))
    boss.post(
        reverse("admin:helpdesk_apikey_changelist"), {"action": "revoke", "_selected_action": [str(key.pk)]}
    )

    assert not ApiKey.objects.valid().exists()


def test_only_an_admin_comes_in(make: Make, client: Client) -> None:
    client.force_login(make.agent("overseer"))

    assert client.get(reverse("admin:helpdesk_ticket_changelist")).status_code == 302


@pytest.fixture
def given_up(db: None) -> Delivery:
    address = DeliveryAddress.objects.create(channel="alert_mail", key=1, switched_off_at=NOW)
    delivery = Delivery.objects.create(
        address=address, opened_at=NOW, gives_up_at=NOW, attempts=8, given_up_at=NOW, last_error="HTTP 410"
    )
    delivery.items.create(kind="news", number=77)
    return delivery


def test_a_delivery_that_was_given_up_is_sent_again(boss: Client, given_up: Delivery) -> None:
    chosen = {"action": "send_again", "_selected_action": given_up.pk}

    answer = boss.post(reverse("admin:helpdesk_delivery_changelist"), chosen, follow=True)

    assert "1 delivery is attempted again." in answer.content.decode()
    given_up.refresh_from_db()
    assert (given_up.given_up_at, given_up.attempts) == (None, 0)
    assert given_up.due_at is not None
    assert given_up.address.switched_off_at is None


def test_a_delivery_shows_what_it_tells_and_is_not_edited(boss: Client, given_up: Delivery) -> None:
    address = reverse("admin:helpdesk_delivery_change", args=[given_up.pk])
    page = boss.get(address).content.decode()

    assert "77" in page
    assert 'name="items-0-number"' not in page
    assert boss.post(address, {"attempts": 0}).status_code == 403


def test_an_address_is_switched_on_again(boss: Client, given_up: Delivery) -> None:
    chosen = {"action": "switch_on", "_selected_action": given_up.address_id}

    boss.post(reverse("admin:helpdesk_deliveryaddress_changelist"), chosen)

    assert DeliveryAddress.objects.get().switched_off_at is None


@pytest.mark.parametrize("zone", ["America", "Etc/Unknown", "x" * 60])
def test_a_zone_that_there_is_not_is_refused_and_breaks_no_page(
    make: Make, boss: Client, client: Client, zone: str
) -> None:
    store, agent = make.store(), make.agent("admin")
    for kind, thing in (("store", store), ("agent", agent)):
        page = boss.post(reverse(f"admin:helpdesk_{kind}_change", args=[thing.pk]), {"timezone": zone})
        assert "is not a time zone" in page.content.decode()

    type(agent).objects.update(timezone=zone)
    type(store).objects.update(timezone=zone)
    ticket = make.ticket(now=database_now())
    type(ticket.customer).objects.update(timezone=zone)
    for address in ("/", "/board/", "/preferences/", reverse("ticket", args=[ticket.reference])):
        assert client.get(address, follow=True).status_code == 200, address


def test_a_name_that_a_store_of_the_environment_has_is_refused(make: Make, boss: Client) -> None:
    store = make.store("Shop")
    form = {"name": "SHOP ", "default_queue": store.default_queue_id, "locale": "en", "timezone": "UTC"}
    form["webhook_secret"] = store.webhook_secret

    page = boss.post(reverse("admin:helpdesk_store_add"), {**form, "environment": "live"})
    assert "There is a store of this name" in page.content.decode()

    boss.post(reverse("admin:helpdesk_store_add"), {**form, "environment": "test"})
    assert set(Store.objects.values_list("name", "environment")) == {("Shop", "live"), ("SHOP", "test")}
