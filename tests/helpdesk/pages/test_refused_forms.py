"""A form that does not get through: the reason is the true one, there is a way on, and what was typed stays."""

from __future__ import annotations

import re
from html import unescape
from uuid import uuid4

import pytest
from django.conf import settings as configured
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Ticket
from tests.make import PASSWORD, Make

TEXT = "A long answer, with <b>care</b>."
HERE = "http://testserver"


@pytest.fixture
def ticket(make: Make) -> Ticket:
    return make.ticket(now=database_now())


@pytest.fixture
def strict(make: Make) -> Client:
    """A browser of the owner's, whose forms need their token."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(make.agent("owner"))
    return client


def page_of(ticket: Ticket) -> str:
    return reverse("ticket", args=[ticket.reference])


def form_of(client: Client, ticket: Ticket) -> dict[str, object]:
    """Fill the composer as the page gives it out."""
    page = client.get(page_of(ticket)).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token
    return {
        "csrfmiddlewaretoken": token[1],
        "mode": "public",
        "then": "wait",
        "body": TEXT,
        "seen_seq": ticket.last_seq,
        "token": str(uuid4()),
    }


def send(client: Client, ticket: Ticket, form: dict[str, object], origin: str = HERE) -> HttpResponse:
    address = reverse("ticket-messages", args=[ticket.reference])
    return client.post(address, form, headers={"origin": origin})  # type: ignore[return-value]


def said(page: HttpResponse) -> str:
    """Return what the page says, once its text stands on it as it was typed."""
    assert page.status_code == 403
    text = page.content.decode()
    assert "with &lt;b&gt;care&lt;/b&gt;." in text
    return unescape(text)


def test_after_a_login_in_another_tab_the_same_text_is_sent_by_one_more_press(
    strict: Client, make: Make, ticket: Ticket
) -> None:
    form = form_of(strict, ticket)
    login = strict.get(reverse("preferences")).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', login)
    assert token
    strict.post(reverse("logout"), {"csrfmiddlewaretoken": token[1]})
    strict.force_login(make.agent("owner"))
    strict.cookies.pop(configured.CSRF_COOKIE_NAME)
    strict.get(reverse("preferences"))

    page = send(strict, ticket, form)
    assert "You have logged in anew" in said(page)
    assert "Send it again as <bdi>Owner</bdi>" in said(page)

    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.content.decode()))
    fields["csrfmiddlewaretoken"] = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', said(page))[-1]
    assert send(strict, ticket, {**fields, "body": TEXT}).status_code == 302
    assert ticket.messages.get(author="agent").body == TEXT


def test_cleared_cookies_are_said_and_lead_to_the_login_and_back(strict: Client, ticket: Ticket) -> None:
    form = form_of(strict, ticket)
    strict.cookies.clear()
    page = said(send(strict, ticket, form))

    assert "sent no cookies" in page
    assert f'href="{reverse("login")}?next={page_of(ticket)}"' in page
    assert "Send it again as" not in page


def test_a_login_that_needs_encryption_is_said_where_there_is_none(
    strict: Client, ticket: Ticket, settings: Settings
) -> None:
    form = form_of(strict, ticket)
    strict.cookies.clear()
    settings.CSRF_COOKIE_SECURE, settings.PUBLIC_URL = True, "https://help.example.com"

    assert "Open https://help.example.com and log in there." in said(send(strict, ticket, form))


@pytest.mark.parametrize(
    ("origin", "reason"),
    [
        ("null", "Your browser hides from which page"),
        ("https://testserver", "You are at https://testserver, and this desk has been told"),
        ("https://elsewhere.example", "The form came from https://elsewhere.example, and this desk is at"),
    ],
)
def test_what_a_browser_does_not_vouch_for_is_explained_and_not_offered_again(
    strict: Client, ticket: Ticket, origin: str, reason: str
) -> None:
    page = said(send(strict, ticket, form_of(strict, ticket), origin))

    assert reason in page
    assert "Send it again as" not in page
    assert f'href="{page_of(ticket)}"' in page
    assert not ticket.messages.filter(author="agent").exists()


def test_without_an_origin_the_reason_is_told_and_nothing_is_offered_again(
    strict: Client, ticket: Ticket
) -> None:
    form = form_of(strict, ticket) | {"csrfmiddlewaretoken": "x" * 64}
    page = said(strict.post(reverse("ticket-messages", args=[ticket.reference]), form))  # type: ignore[arg-type]
    assert "You have logged in anew" in page
    assert "Send it again as" not in page


def test_over_tls_a_hidden_page_is_said_to_be_hidden(strict: Client, ticket: Ticket) -> None:
    address = reverse("ticket-messages", args=[ticket.reference])
    page = said(strict.post(address, form_of(strict, ticket), secure=True))  # type: ignore[arg-type]
    assert "Your browser hides from which page" in page


def test_a_form_with_a_password_is_never_given_back(strict: Client) -> None:
    form = {"name": "Owner", "password": "correct horse battery staple"}
    page = strict.post(reverse("preferences"), form, headers={"origin": HERE})
    assert page.status_code == 403
    assert "horse" not in page.content.decode()


def test_a_session_that_ended_while_writing_leads_back_to_the_ticket_and_shows_the_text(
    client: Client, make: Make, ticket: Ticket
) -> None:
    page = said(send(client, ticket, {"mode": "public", "then": "wait", "body": TEXT}))
    login = re.search(r'href="(/login/[^"]+)"', page)
    assert login
    assert "You are no longer logged in" in page

    who = {"username": make.agent("owner").email, "password": PASSWORD, "next": page_of(ticket)}
    assert login[1] == f"{reverse('login')}?next={page_of(ticket)}"
    assert client.post(login[1], who, follow=True).redirect_chain == [(page_of(ticket), 302)]


@pytest.mark.parametrize(
    ("address", "source", "page"),
    [
        ("next/", "/?tab=mine", "/?tab=mine"),
        ("stores/7/keys/", "", "/stores/"),
        ("start/confirmation/", "", "/start/"),
        ("demo/", "https://elsewhere.example/x", "/"),
        ("demo/", f"{HERE}//elsewhere.example", "/elsewhere.example"),
        ("next/", "/tickets/T-0000000/messages/", "/tickets/T-0000000/"),
    ],
)
def test_a_login_leads_from_any_form_to_a_page_that_can_be_opened(
    client: Client, db: None, address: str, source: str, page: str
) -> None:
    source = HERE + source if source.startswith("/") else source
    answer = client.post(f"/{address}", headers={"referer": source})
    assert (
        answer.headers["Location"]
        == f"{reverse('login')}?next={page.replace('?', '%3F').replace('=', '%3D')}"
    )


def test_an_address_that_takes_forms_alone_has_a_page_with_the_way_on(
    client: Client, make: Make, ticket: Ticket
) -> None:
    Agent.objects.filter(pk=make.agent("owner").pk).update(locale="he")
    client.force_login(make.agent("owner"))
    answer = client.get(reverse("ticket-messages", args=[ticket.reference]))

    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert f'href="{page_of(ticket)}"' in answer.content.decode()
    assert 'dir="rtl"' in answer.content.decode()


def test_the_api_keeps_its_own_words_for_a_wrong_method(client: Client, db: None) -> None:
    answer = client.put("/api/v1/tickets")
    assert answer.headers["Content-Type"].startswith("application/problem+json")


# What is written in the administration is kept by the same page.

SPEC = '{"timezone": "Europe/Berlin",\n "weekly": {"mon": [["09:00", "17:00"]]}}'


@pytest.mark.parametrize(
    ("page", "field"),
    [
        ("admin:monitor_calendarversion_add", "spec"),
        ("admin:monitor_policyversion_add", "rules"),
        ("admin:helpdesk_store_add", "webhook_url"),
    ],
)
def test_what_was_written_in_the_administration_survives_the_end_of_a_session(
    client: Client, make: Make, page: str, field: str
) -> None:
    address = reverse(page) + "?calendar=1"
    text = SPEC if field != "webhook_url" else f"https://example.com/{'x' * 100}"

    answer = client.post(address, {field: text, "name": "Other"})
    shown = unescape(answer.content.decode())

    assert answer.status_code == 403
    assert "You are no longer logged in" in shown
    assert text in shown
    login = re.search(r'href="(/login/[^"]+)"', shown)
    assert login
    who = {"username": make.agent("admin").email, "password": PASSWORD}
    assert client.post(login[1], who, follow=True).redirect_chain == [(address, 302)]


def test_who_is_no_admin_any_more_is_told_so_and_loses_nothing(client: Client, make: Make) -> None:
    client.force_login(make.agent())

    answer = client.post(reverse("admin:monitor_calendarversion_add"), {"spec": SPEC})

    assert answer.status_code == 403
    assert "Your login does not allow this." in answer.content.decode()
    assert SPEC in unescape(answer.content.decode())


def test_a_form_of_the_administration_without_a_text_leads_to_the_login_and_back(
    client: Client, db: None
) -> None:
    address = reverse("admin:helpdesk_queue_add")

    answer = client.post(address, {"name": "Returns"})

    assert answer.headers["Location"] == f"{reverse('login')}?next={address}"


def test_no_password_and_no_secret_is_ever_shown_again(client: Client, db: None) -> None:
    form = {"webhook_secret": "whsec_" + "A" * 100, "password1": "herons " * 20, "old_password": "x\ny"}

    answer = client.post(reverse("admin:helpdesk_store_add"), form)

    assert answer.status_code == 302


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", ["en", "he"])
def test_a_database_that_is_gone_costs_nobody_what_they_wrote(make: Make, language: str) -> None:
    ticket, client = make.ticket(now=database_now()), Client(raise_request_exception=False)
    client.force_login(make.agent("owner"))
    with pytest.raises(OperationalError), connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    address = reverse("ticket-messages", args=[ticket.reference])
    answer = client.post(address, {"body": TEXT}, headers={"Accept-Language": language})
    connection.close()

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    page = unescape(answer.content.decode())
    assert f'<html lang="{language}"' in page
    assert TEXT in page
    assert f'href="{page_of(ticket)}"' in page


@pytest.mark.django_db(transaction=True)
def test_a_page_asked_for_while_the_database_is_gone_can_be_asked_for_again(make: Make) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(make.agent("owner"))
    with pytest.raises(OperationalError), connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    answer = client.get("/")
    connection.close()

    assert answer.status_code == 503
    assert "Try again in a moment" in answer.content.decode()
    assert client.get("/").status_code == 200
