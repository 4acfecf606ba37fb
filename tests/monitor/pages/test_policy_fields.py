"""The fields of a policy's form: what is read back from any rules is what was stored."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.clock.book.rules import CONDITIONS, PRIORITIES, Rules, parse_rules
from monitor.clock.metrics import PAUSES, PROMISED
from monitor.models import Calendar
from monitor.pages.policies.policy_form import PolicyForm, ScalarsField
from monitor.pages.policies.rules_fields import fields_of
from monitor.promises.defaults import POLICIES
from monitor.promises.draft import PolicyDraft
from tests.make import NOW

pytestmark = [pytest.mark.django_db]

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
SCALARS = st.integers(-(2**40), 2**40) | TEXTS | st.sampled_from(["", "vip", " a", "b\nc", "[]", "7", '"'])
SECONDS = st.integers(0, 10**7) | st.floats(0, 10**7) | st.sampled_from([0, 0.5, 59.999999, 5400, 1e-6])
BASES = st.sampled_from(["business", "wall"])
WARNS = st.none() | st.floats(0, 1, exclude_max=True) | st.sampled_from([0, 0.75, 0.1 + 0.2])
AMOUNTS = st.fixed_dictionaries({"seconds": SECONDS}, optional={"basis": BASES}) | st.fixed_dictionaries(
    {"days": st.integers(0, 3660)},
    optional={"basis": BASES, "ends": st.sampled_from(["same_time", "end_of_day"])},
)
NAMED = st.sampled_from(PRIORITIES)
OLD = st.fixed_dictionaries(
    {"seconds": SECONDS | st.dictionaries(NAMED, SECONDS, min_size=1)},
    optional={"basis": BASES, "warn": WARNS},
)
NEW = st.fixed_dictionaries(
    {"amounts": st.dictionaries(NAMED | st.just("*"), AMOUNTS, min_size=1)}, optional={"warn": WARNS}
)
METRICS = st.sampled_from([one.value for one in PROMISED])
PAUSED = st.lists(st.sampled_from(["pending", "on_hold"]), max_size=3)
RULES = st.fixed_dictionaries(
    {},
    optional={
        "match": st.dictionaries(st.sampled_from(CONDITIONS), st.lists(SCALARS, max_size=4)),
        "targets": st.dictionaries(METRICS, OLD | NEW),
        "pauses": st.dictionaries(METRICS, PAUSED),
        "bots_count": st.booleans(),
        "first_resolution_only": st.booleans(),
        "unmatched": st.sampled_from(["keep", "remove"]),
        "attached": st.sampled_from(["opening", "attached"]),
    },
)


def meaning(rules: Rules) -> object:
    """Return what rules say: a pause that is usual may be written down or not."""
    paused = {metric: rules.pauses.get(metric, PAUSES[metric]) for metric in PROMISED}
    options = rules.bots_count, rules.first_resolution_only, rules.keeps, rules.attaches
    return dict(rules.match), dict(rules.targets), paused, options


def sent(form: PolicyForm) -> QueryDict:
    """Return what a browser would send if the form were submitted as it is shown."""
    data = QueryDict(mutable=True)
    for bound in form:
        value = bound.value()
        if isinstance(value, list):
            data.setlist(bound.html_name, list(map(str, value)))
        elif value not in (None, False):
            written = str(value).replace("\r\n", "\n").replace("\n", "\r\n")
            data[bound.html_name] = "on" if value is True else written
    return data


def through_the_form(rules: dict[str, Any], calendar: Calendar) -> dict[str, Any]:
    """Return the rules that the form proposes if nothing is changed on it."""
    begun = PolicyDraft(policy=None, name="Any", rules=rules, position=1, calendar=calendar.pk)
    initial = {**fields_of(parse_rules(rules)), "calendar": calendar.pk}
    data = sent(PolicyForm(draft=begun, now=NOW, initial=initial))
    form = PolicyForm(QueryDict(data.urlencode()), draft=begun, now=NOW)
    assert form.is_valid(), form.errors
    return form.proposed().rules


@given(RULES)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_what_the_editor_reads_back_is_what_was_stored(rules: dict[str, Any]) -> None:
    calendar = Calendar.objects.get()

    assert meaning(parse_rules(through_the_form(rules, calendar))) == meaning(parse_rules(rules))


@pytest.mark.parametrize("rules", [rules for _name, _position, rules in POLICIES])
def test_shipped_rules_are_written_as_they_were(rules: dict[str, Any]) -> None:
    assert json.dumps(through_the_form(rules, Calendar.objects.get()), sort_keys=True) == json.dumps(
        rules, sort_keys=True
    )


@pytest.mark.parametrize("odd", ["[" * 100_000, '"\\ud800"', '"\\u0000"', "1.5", "null"])
def test_a_value_that_no_rule_can_keep_is_refused_beside_its_field(odd: str) -> None:
    assert not ScalarsField(choices=[]).valid_value(odd)
