"""Every difference has its reason, over each helpdesk's API; what has none is shown and counted as not explained."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from monitor.opinion.opinion_figures import figures
from tests.make import Make
from tests.monitor.opinion import zendesk_reasons
from tests.monitor.opinion.reading.begun import begun, read_all, reasons, trust
from tests.monitor.opinion.reading.stand_in import standing_in

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def test_none_of_what_zendesk_tells_is_without_its_reason(settings: Settings) -> None:
    with standing_in(*zendesk_reasons.TICKETS) as there:
        trust(settings, there)
        opinion = begun()
        read_all(opinion)

    assert reasons(opinion) == zendesk_reasons.EXPLAINED
    assert "unexplained" not in figures(opinion).reasons


def test_what_nothing_explains_is_shown_and_counted_as_such(
    settings: Settings, make: Make, client: Client
) -> None:
    with standing_in(*zendesk_reasons.TICKETS, zendesk_reasons.ODD) as there:
        trust(settings, there)
        opinion = begun()
        read_all(opinion)
    reasons(opinion)
    client.force_login(make.agent("admin"))

    page = client.get(reverse("second-opinion", args=[opinion.pk])).content.decode()
    listed = client.get(
        reverse("opinion-tickets", args=[opinion.pk]) + "?reason=unexplained"
    ).content.decode()

    assert 'aria-label="Not explained: 1"' in page
    assert f"#{zendesk_reasons.ODD['id']}</a>" in listed
