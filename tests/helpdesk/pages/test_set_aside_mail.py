"""The page of mail that was set aside: who sees it, why each is there, its original, and reading it again."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.models import MailOutcome, RawMail, RawMailBytes, Store
from helpdesk.tasks import read_mail
from tests.helpdesk.mail.filing.post import mail, post
from tests.make import Make

pytestmark = pytest.mark.django_db

PAGE = "/mail/"


@pytest.fixture
def shop(make: Make) -> Store:
    return make.store()


@pytest.fixture
def aside(shop: Store, settings: pytest.FixtureRequest) -> RawMail:
    """A mail that was set aside because its sender had sent another."""
    settings.MAIL_PER_SENDER = 1  # type: ignore[attr-defined]  # Django's
    post(shop, mail())
    return post(shop, mail("<b>And</b> another", mid="two@example.com"))


def shown(client: Client) -> str:
    answer = client.get(PAGE)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize("who", ["owner", "outsider"])
def test_only_who_oversees_reaches_it(client: Client, make: Make, aside: RawMail, who: str) -> None:
    client.force_login(make.agent(who))

    assert client.get(PAGE).status_code == 403
    assert client.post(reverse("mail-reading", args=[aside.pk])).status_code == 403
    assert client.get(reverse("mail-original", args=[aside.pk])).status_code == 403
    assert f'href="{PAGE}"' not in client.get("/tickets/").content.decode()


@pytest.mark.parametrize("who", ["overseer", "admin"])
def test_it_says_why_each_was_set_aside(client: Client, make: Make, aside: RawMail, who: str) -> None:
    client.force_login(make.agent(who))

    page = shown(client)

    assert "There was too much mail from this address within an hour." in page
    assert "jon@example.com" in page
    assert f'href="{PAGE}"' in client.get("/tickets/").content.decode()


def test_at_first_there_is_nothing(client: Client, make: Make, shop: Store) -> None:
    client.force_login(make.agent("overseer"))

    assert "No mail is set aside" in shown(client)


def test_an_overseer_elsewhere_sees_nothing_of_it(client: Client, make: Make, aside: RawMail) -> None:
    boss = make.agent("boss", queue=make.queue("Far away"))
    boss.memberships.update(role="overseer")
    client.force_login(boss)

    assert "No mail is set aside" in shown(client)
    assert client.get(reverse("mail-original", args=[aside.pk])).status_code == 404
    assert client.post(reverse("mail-reading", args=[aside.pk])).status_code == 404


def test_whoever_oversees_the_queue_of_a_mailbox_sees_it(client: Client, make: Make, aside: RawMail) -> None:
    make.mailbox("returns@shop.example", queue=make.queue("Returns"))
    boss = make.agent("boss", queue=make.queue("Returns"))
    boss.memberships.update(role="overseer")
    client.force_login(boss)

    assert f"#{aside.pk}" in shown(client)


def test_the_original_is_saved_as_it_came_and_looked_into_by_no_browser(
    client: Client, make: Make, aside: RawMail
) -> None:
    client.force_login(make.agent("overseer"))

    answer = client.get(reverse("mail-original", args=[aside.pk]))

    assert answer.content == mail("<b>And</b> another", mid="two@example.com")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="mail-{aside.pk}.eml"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_read_again_it_is_filed_whatever_its_sender_sent_besides(
    client: Client, make: Make, aside: RawMail
) -> None:
    client.force_login(make.agent("overseer"))

    client.post(reverse("mail-reading", args=[aside.pk]))
    read_mail()

    aside.refresh_from_db()
    assert aside.outcome == MailOutcome.OPENED
    assert "No mail is set aside" in shown(client)
    page = client.post(reverse("mail-reading", args=[aside.pk]), follow=True).content.decode()
    assert "It is not set aside any more." in page


def test_one_whose_bytes_are_gone_is_not_offered(client: Client, make: Make, aside: RawMail) -> None:
    RawMailBytes.objects.filter(mail=aside).delete()
    client.force_login(make.agent("admin"))

    assert "No mail is set aside" in shown(client)
    assert client.get(reverse("mail-original", args=[aside.pk])).status_code == 404
