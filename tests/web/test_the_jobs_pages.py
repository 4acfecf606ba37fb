"""Jobs in a browser: live while something runs, called off by two presses, without barriers and without scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django import Settings

from helpdesk.database.instant import database_now
from helpdesk.jobs import job_turn
from helpdesk.models import Agent, Job
from tests.helpdesk.jobs import kinds
from tests.helpdesk.jobs.kinds import count_to
from tests.make import Make
from tests.web.conftest import Visit

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def some_jobs(make: Make, settings: Settings) -> None:
    """One that failed, one that is over with errors, one that runs, one that waits."""
    settings.JOB_KINDS = kinds.KINDS
    now, admin = database_now(), make.agent("admin")
    count_to(
        9, asked_by=admin, started_at=now, done=3, failed_at=now, failure="ValueError: seven " + "x" * 200
    )
    count_to(7, asked_by=admin)
    job_turn.take(now=now, limit=9)
    count_to(50_000, started_at=now, done=12_400, total=50_000)
    count_to(20)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 390])
def test_jobs_have_no_barriers_and_never_scroll_sideways(
    make: Make, visit: Visit, no_barriers: Callable[[Page], None], scheme: str, width: int
) -> None:
    view = {"width": width, "height": 800}
    page = visit(reverse("jobs"), make.agent("admin"), color_scheme=scheme, viewport=view)
    page.evaluate("for (const folded of document.querySelectorAll('main details')) folded.open = true")
    no_barriers(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_jobs_turn_around_in_hebrew(make: Make, visit: Visit, no_barriers: Callable[[Page], None]) -> None:
    Agent.objects.filter(pk=make.agent("admin").pk).update(locale="he")
    page = visit(reverse("jobs"), make.agent("admin"), viewport={"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    no_barriers(page)


def test_the_bar_moves_by_itself_until_the_job_is_over(make: Make, visit: Visit) -> None:
    job = Job.objects.running().get()
    page = visit(reverse("job", args=[job.pk]), make.agent("admin"))
    expect(page.get_by_text("12,400 of 50,000 numbers")).to_be_visible()
    page.get_by_role("link", name="Counting to 50000").focus()

    Job.objects.filter(pk=job.pk).update(done=25_000)
    expect(page.get_by_text("25,000 of 50,000 numbers")).to_be_visible()
    assert page.get_by_role("progressbar").evaluate("bar => bar.position") == 0.5
    expect(page.get_by_role("link", name="Counting to 50000")).to_be_focused()

    Job.objects.filter(pk=job.pk).update(done=50_000, finished_at=database_now())
    expect(page.get_by_text("Finished")).to_be_visible()
    expect(page.locator("[hx-trigger='every 2s']")).to_have_count(0)


def test_one_that_is_unfolded_stays_so_and_is_called_off_by_keyboard(make: Make, visit: Visit) -> None:
    job = Job.objects.running().get()
    page = visit(reverse("jobs"), make.agent("admin"))
    page.locator(f"#cancelling-{job.pk}").press("Enter")
    Job.objects.filter(pk=job.pk).update(done=25_000)
    expect(page.get_by_text("25,000 of 50,000 numbers")).to_be_visible()

    page.locator(f"#cancelled-{job.pk}").press("Enter")

    expect(page.get_by_text("The job is cancelled.")).to_be_visible()
    expect(page.get_by_text("Cancelled", exact=True)).to_be_visible()


def test_jobs_need_no_javascript(make: Make, visit: Visit) -> None:
    page = visit(reverse("jobs"), make.agent("admin"), java_script_enabled=False)
    page.get_by_role("button", name="Count to three").click()
    expect(page.get_by_role("heading", name="Counting to 3")).to_be_visible()
    page.locator("summary", has_text="Cancel").click()
    page.get_by_role("button", name="Yes, cancel it").click()

    expect(page.get_by_text("The job is cancelled.")).to_be_visible()
