"""After a restore an admin sees what waited, and lets it leave or gives it up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from helpdesk.database.instant import database_now
from helpdesk.models import DatabaseHome, Delivery, DeliveryAddress
from helpdesk.outbox import copied_database
from helpdesk.pages.setup import held_deliveries
from monitor.alerts import news_delivery
from monitor.promises import defaults
from monitor.watch import sweep
from tests.make import Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def restored(make: Make) -> None:
    """An alert waits in a database that was put back since."""
    defaults.ensure_defaults()
    now = database_now()
    make.agent("overseer")
    make.ticket(now=now - timedelta(hours=2))
    sweep.sweep(now=now, limit=10, noticed_by="test")
    news_delivery.make_out(now=now, limit=10)
    copied_database.look(now=now)
    DatabaseHome.objects.update(place="another server")
    copied_database.look(now=database_now())


@pytest.fixture
def admin(client: Client, make: Make) -> Client:
    client.force_login(make.agent("admin"))
    return client


def page(client: Client) -> str:
    return client.get(reverse("hold")).content.decode()


def test_it_shows_whom_it_waits_for(restored: None, admin: Client) -> None:
    assert "Alerts of the queue Support" in page(admin)


def test_of_very_many_it_says_how_many_there_are(
    restored: None, admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held_deliveries, "MOST_SHOWN", 1)
    since = copied_database.held_since()
    given = {"opened_at": since, "due_at": since, "gives_up_at": since}
    for key in (1, 2):
        address = DeliveryAddress.objects.create(channel="flag_webhook", key=key)
        Delivery.objects.create(address=address, **given)

    html = page(admin)

    assert "And 2 other addresses." in html
    assert html.count('<th scope="row">') == 1


def test_a_banner_leads_admins_there_and_tells_the_others(restored: None, client: Client, make: Make) -> None:
    for who, leads in (("admin", True), ("owner", False)):
        client.force_login(make.agent(who))
        html = client.get(reverse("pulse")).content.decode()
        assert "Mail and webhooks are held" in html
        assert (reverse("hold") in html) == leads


def test_nobody_but_an_admin_lets_it_leave(restored: None, client: Client, make: Make) -> None:
    for who in ("overseer", "owner", "outsider"):
        client.force_login(make.agent(who))
        assert client.post(reverse("hold"), {"what": "all"}).status_code == 403
    assert copied_database.held_since() is not None


def test_an_admin_lets_everything_leave(restored: None, admin: Client) -> None:
    admin.post(reverse("hold"), {"what": "all"})

    assert copied_database.held_since() is None
    assert Delivery.objects.waiting().count() == 1
    assert "Nothing is held" in page(admin)


def test_or_gives_up_what_waited(restored: None, admin: Client) -> None:
    admin.post(reverse("hold"), {"what": "given-up"})

    assert copied_database.held_since() is None
    assert Delivery.objects.given_up().count() == 1


@pytest.mark.parametrize(
    ("arguments", "says"), [([], "1 delivery leaves now."), (["--give-up"], "1 delivery is given up.")]
)
def test_so_does_a_command(
    restored: None, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    call_command("release", *arguments)
    call_command("release")

    assert capsys.readouterr().out.splitlines() == [says, "Nothing is held."]


def test_a_command_holds_what_cannot_know_that_it_is_a_copy(
    db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("hold")

    assert copied_database.held_since() is not None
    assert "Nothing leaves" in capsys.readouterr().out
