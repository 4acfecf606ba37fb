"""Names of policies, calendars and keys are one line with something to see on it."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from helpdesk.access import api_keys
from helpdesk.models import ApiKey
from monitor.models import Calendar, Policy
from tests.make import NOW, Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.mark.parametrize("model", [Policy, Calendar])
def test_a_name_is_kept_and_found_on_one_line(model: type[Policy | Calendar]) -> None:
    made = model.objects.create(name=" Chat\r\nand mail ")

    made.refresh_from_db()
    assert made.name == "Chat  and mail"
    assert model.objects.get(name="Chat\r\nand mail") == made


def test_a_keys_name_is_one_line_or_none(make: Make) -> None:
    for written, kept in ((" Shop\nfront ", "Shop front"), ("\n", "")):
        key, _raw = api_keys.issue(make.store(written), ["read"], NOW, name=written)
        assert ApiKey.objects.get(pk=key.pk).name == kept


@pytest.mark.parametrize("name", ["\u200b", " \n "])
@pytest.mark.parametrize("model", [Policy, Calendar])
def test_a_name_of_which_nothing_is_seen_is_refused(
    make: Make, model: type[Policy | Calendar], name: str
) -> None:
    with pytest.raises(ValidationError):
        model(name=name).full_clean()
