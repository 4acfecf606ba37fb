"""Mentioning a colleague as one writes a note, in a browser."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Mention
from tests.make import Make
from tests.web.conftest import Visit

pytestmark = pytest.mark.browser


def test_a_name_is_offered_put_in_by_a_key_and_told_to_whose_it_is(make: Make, visit: Visit) -> None:
    ticket, colleague = make.ticket(now=database_now()), make.agent("colleague")
    Agent.objects.filter(pk=colleague.pk).update(name="רינה לוי")
    make.agent("colette")
    page = visit(reverse("ticket", args=[ticket.reference]), make.agent())
    page.get_by_role("radio", name="Internal note").check()
    text = page.locator("#id_body")
    text.press_sequentially("Ask @col")
    expect(page.locator("#colleagues > li")).to_have_count(2)
    text.press("Escape")
    expect(page.locator("#colleagues > li")).to_have_count(0)
    text.press("Backspace")
    expect(page.locator("#colleagues > li").first).to_have_attribute("aria-selected", "true")
    text.press("ArrowDown")
    text.press("Enter")
    expect(text).to_have_value("Ask @רינה לוי ")
    page.get_by_role("button", name="Add the note").click()
    expect(page.locator("mark")).to_have_text("@רינה לוי")

    assert Mention.objects.get().agent.pk == colleague.pk
    page = visit(reverse("mentions"), colleague)
    expect(page.locator("main")).to_contain_text("Ask @רינה לוי")
