"""Every word on a page comes from gettext, but for what people wrote and what machines are called."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from helpdesk.database.instant import database_now
from helpdesk.mail.spam import sender_blocks
from helpdesk.models import SenderBlock, Store
from monitor.promises import customer_promise
from monitor.promises.defaults import ensure_defaults
from monitor.relay import recount_job
from tests.helpdesk.mail.filing.post import mail, post
from tests.make import Make

OPEN, CLOSE = "⟦", "⟧"
NAMES = re.compile(r"Attend|\bT-\w+|\bUTC\b|\b\d+ (sec|min|hr)\b|\b[A-Z][a-z]{2}, [A-Z][a-z]{2} \d+")
"""What is called the same everywhere, and what CLDR writes: durations and days."""
WRITTEN = ("label", "aria-label", "title", "placeholder")


class Words(HTMLParser):
    """Collects what a reader sees or hears, outside of `<bdi>`, times, code and what people wrote.

    A sentence may have tags within: what stands between tags is one text.
    """

    OTHERS = ("bdi", "time", "code", "kbd", "script", "style", "option", "textarea")

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.text = ""
        self.within: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_english = given.get("lang") == "en" and tag != "html"
        if tag in self.OTHERS or given.get("class") in ("said", "tag") or is_english:
            self.within.append(tag)
        if tag != "time":
            self.found += [value for name, value in attrs if name in WRITTEN and value]

    def handle_endtag(self, tag: str) -> None:
        if self.within and self.within[-1] == tag:
            self.within.pop()

    def handle_data(self, data: str) -> None:
        if not self.within:
            self.text += data


def unmarked(html: str) -> list[str]:
    """Return the words that no catalogue could translate."""
    words = Words()
    words.feed(html)
    bare = "\n".join(outside(NAMES.sub("", text)) for text in (*words.found, words.text))
    return [line.strip() for line in bare.split("\n") if re.search(r"[^\W\d_]{2,}", line)]


def outside(text: str) -> str:
    """Return what stands in no brackets; a marked sentence may have marked words in it."""
    left = re.sub(f"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}", "", text)
    return left if left == text else outside(left)


def test_a_word_that_is_not_marked_is_found_wherever_it_stands() -> None:
    page = '<html lang="en"><p title="late">⟦Sent to <bdi>Jon</bdi> ⟦now⟧⟧ again</p><p lang="en">Hello</p></html>'

    assert unmarked(page) == ["late", "again"]


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put brackets around whatever goes through gettext; nested ones count as one, and none stays in a promise kept."""

    def mark(text: str) -> str:
        return f"{OPEN}{text.replace(OPEN, '').replace(CLOSE, '')}{CLOSE}"

    translations = translation._trans  # type: ignore[attr-defined]  # where every call ends
    monkeypatch.setattr(translations, "gettext", mark)
    monkeypatch.setattr(translations, "ngettext", lambda one, many, count: mark(one if count == 1 else many))
    monkeypatch.setattr(translations, "pgettext", lambda context, text: mark(text))
    customer_promise._sentence.cache_clear()
    yield
    customer_promise._sentence.cache_clear()


@pytest.mark.usefixtures("marked")
@pytest.mark.parametrize(
    "name",
    [
        "queue",
        "board",
        "checklist",
        "hours",
        "stores",
        "invitations",
        "jobs",
        "tickets",
        "preferences",
        "ticket",
        "new-ticket",
        "security",
        "hold",
    ],
)
def test_every_string_of_a_page_is_marked(client: Client, make: Make, name: str) -> None:
    ensure_defaults()
    ticket = make.ticket(now=database_now(), subject="٣٤", body="٣٤", email="a@b.c", priority="high")
    recount_job.ask(now=database_now())
    Store.objects.update(name="٣٤")
    client.force_login(make.agent("admin"))
    page = client.get(reverse(name, args=[ticket.reference] if name == "ticket" else []))

    assert page.status_code == 200
    assert unmarked(page.content.decode()) == []


@pytest.mark.usefixtures("marked")
@pytest.mark.parametrize(
    "name",
    [
        "mailboxes",
        "new-mailbox",
        "mailbox",
        "mailbox-receipt",
        "set-aside-mail",
        "blocked-senders",
        "blocked-sender",
        "ticket",
        "delivery",
    ],
)
def test_every_string_about_mail_is_marked(client: Client, make: Make, name: str) -> None:
    now, admin = database_now(), make.agent("admin")
    mailbox = make.mailbox("a@b.c", public_name="٣٤")
    opened = post(mailbox.store, mail("٣٤", by="d@e.f", subject="٣٤", at=None), now=now).message
    assert opened
    sender_blocks.block(ticket=opened.ticket, sender="d@e.f", for_good=False, by=admin, now=now)
    post(mailbox.store, mail("٣٤", by="d@e.f", subject="٣٤", mid="2@b.c", at=None), now=now)
    Store.objects.update(name="٣٤")
    block = SenderBlock.objects.get()
    of = {"ticket": opened.ticket.reference, "blocked-sender": block.pk}
    of |= {"mailbox": mailbox.pk, "mailbox-receipt": mailbox.pk}
    client.force_login(admin)
    page = client.get(reverse(name, args=[of[name]] if name in of else []))

    assert (page.status_code, block.stopped) == (200, 1)
    assert unmarked(page.content.decode()) == []


@pytest.mark.usefixtures("marked")
@pytest.mark.parametrize("name", ["login", "account_reset_password", "account_reset_password_done"])
def test_the_way_in_is_marked_too(client: Client, db: None, name: str) -> None:
    assert unmarked(client.get(reverse(name)).content.decode()) == []
