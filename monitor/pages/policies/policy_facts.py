"""What a version says, fact by fact in words: shown alone, or beside another version."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from helpdesk.models import Agent, Priority, Queue, Store
from monitor.clock.book.calendar import BusinessCalendar
from monitor.clock.book.rules import CONDITIONS, Rules
from monitor.clock.metrics import PAUSES, PROMISED, Metric
from monitor.models import METRIC_LABELS
from monitor.pages.known_places import KnownPlaces, others_words
from monitor.pages.policies.policy_form import CONDITION_LABELS, PAUSE_LABELS
from monitor.pages.policies.target_spans import target_for
from monitor.promises.priority_words import priority_words
from monitor.templatetags.targets import target_words


class Fact(NamedTuple):
    """The name of a fact, and what it says; `is_set` unless it is what holds where nothing is said.

    What is said of one `priority` is said together with the others for which it is the same.
    """

    label: str
    words: str
    is_set: bool = True
    priority: str = ""


Facts = dict[tuple[str, ...], Fact]
"""By what they are about."""
NO_FACTS: Final[Facts] = {}
_UNSAID: Final = Fact("", "", is_set=False)


class PlaceNames:
    """The names of the stores and queues that a viewer sees, asked for once."""

    def __init__(self, viewer: Agent) -> None:
        stores, queues = KnownPlaces.of(Store, viewer=viewer), KnownPlaces.of(Queue, viewer=viewer)
        self.named: dict[str, dict[Any, Any]] = {
            "store": stores.names,
            "queue": queues.names,
            "priority": dict(Priority.choices),
        }
        self.others: dict[str, frozenset[Any]] = {"store": stores.others, "queue": queues.others}

    def of(self, key: str, values: Iterable[Any]) -> str:
        """Name the values of a condition, and say how many are stores or queues that the viewer does not see."""
        asked, names = list(values), self.named.get(key, {})
        others = self.others.get(key, frozenset()).intersection(asked)
        said = sorted(str(names.get(value, value)) or _("none") for value in asked if value not in others)
        words = [", ".join(said), others_words(len(others), beside=bool(said)) if others else ""]
        return " ".join(filter(None, words)) or _("nothing at all: matches no ticket")


class ConditionWords(NamedTuple):
    """A condition in words."""

    label: Any
    values: str


def conditions(rules: Rules, names: PlaceNames) -> list[ConditionWords]:
    """Return what tickets must have for a policy, condition by condition; none for every ticket."""
    keys = [key for key in CONDITIONS if key in rules.match]
    return [ConditionWords(CONDITION_LABELS[key], names.of(key, rules.match[key])) for key in keys]


def rules_facts(rules: Rules, names: PlaceNames, hours: BusinessCalendar | None) -> Facts:
    """Return what rules say; open time is said in the days of `hours`."""
    told: Facts = {}
    if not rules.match:
        told["match",] = Fact(_("Whom it matches"), _("Matches every ticket."))
    for key in CONDITIONS:
        values = names.of(key, rules.match[key]) if key in rules.match else pgettext("condition", "any")
        told["match", key] = Fact(str(CONDITION_LABELS[key]), values, is_set=key in rules.match)
    if not rules.targets:
        told["targets",] = Fact(_("What it promises"), _("Promises nothing: tickets are measured."))
    for metric in PROMISED:
        told |= _metric_facts(rules, metric, hours)
    return told | _option_facts(rules)


def stated(facts: Facts) -> list[Fact]:
    """Return what is said in so many words, without what holds anyway."""
    return [Fact(one.label, one.other) for one in sides(NO_FACTS, facts) if one.is_set]


def _metric_facts(rules: Rules, metric: Metric, hours: BusinessCalendar | None) -> Facts:
    name = capfirst(str(METRIC_LABELS[metric]))
    told: Facts = {}
    for priority in reversed(Priority.values):
        target = target_for(rules, metric, priority)
        words = target_words(target, hours) if target else _("no target")
        told["target", metric, priority] = Fact(name, words, target is not None, priority)
    warns = _("%(what)s: warns") % {"what": name}
    told["warn", metric] = Fact(warns, _warning(rules, metric), is_set=bool(rules.targets.get(metric)))
    return told | {("pauses", metric): _pauses(rules, metric, name)}


def _pauses(rules: Rules, metric: Metric, name: str) -> Fact:
    paused = rules.pauses.get(metric, PAUSES[metric])
    words = ", ".join(str(PAUSE_LABELS[one]) for one in PAUSE_LABELS if one in paused) or _("never")
    return Fact(_("%(what)s: pauses while") % {"what": name}, words, is_set=paused != PAUSES[metric])


def _warning(rules: Rules, metric: Metric) -> str:
    warns = {one.warn for one in rules.targets.get(metric, {}).values()}
    if not warns:
        return _("no target")
    said = [_("at %(percent)s %%") % {"percent": f"{one * 100:g}"} for one in warns if one is not None]
    return ", ".join(said) or _("never")


def _option_facts(rules: Rules) -> Facts:
    return {
        ("bots_count",): Fact(
            _("A bot's answer counts as a person's"), _yes(rules.bots_count), rules.bots_count
        ),
        ("first_resolution_only",): Fact(
            _("Only the first resolution counts"),
            _yes(rules.first_resolution_only),
            rules.first_resolution_only,
        ),
        ("unmatched",): Fact(
            _("When no policy matches a ticket any more"),
            _("its targets stay") if rules.keeps else _("its targets are removed"),
            rules.keeps,
        ),
        ("attached",): Fact(
            _("When a ticket comes to match this policy later"),
            _("time counts from then") if rules.attaches else _("time counts from when its clock started"),
            rules.attaches,
        ),
    }


def _yes(holds: bool) -> str:
    return _("yes") if holds else _("no")


class Side(NamedTuple):
    """One fact of two versions."""

    label: str
    one: str
    other: str
    is_set: bool

    @property
    def differs(self) -> bool:
        return self.one != self.other

    @property
    def is_shared(self) -> bool:
        """Whether both say it in so many words."""
        return self.is_set and not self.differs


def sides(one: Facts, other: Facts) -> Iterator[Side]:
    """Put the facts of two versions side by side, in their order; what is alike for several priorities, once."""
    alike: dict[tuple[tuple[str, ...], Side], list[str]] = {}
    for key in dict.fromkeys([*other, *one]):
        was, will_be = one.get(key, _UNSAID), other.get(key, _UNSAID)
        is_set = was.is_set or will_be.is_set
        priority = will_be.priority or was.priority
        side = Side(will_be.label or was.label, was.words, will_be.words, is_set)
        alike.setdefault((key[:-1] if priority else key, side), []).append(priority)
    for (_about, side), priorities in alike.items():
        yield side._replace(label=_of_priorities(side.label, [one for one in priorities if one]))


def _of_priorities(label: str, priorities: Sequence[str]) -> str:
    if not priorities:
        return label
    return _("%(what)s, %(priority)s") % {"what": label, "priority": priority_words(priorities)}
