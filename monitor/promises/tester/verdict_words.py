"""Verdicts in words: why a policy applies to a ticket, or why it does not."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.input.visible_text import isolated
from helpdesk.models import Priority
from monitor.promises.tester.tried_promises import ConditionVerdict, PolicyPlace, PolicyVerdict, TriedPromises

CONDITION_LABELS: Final[Mapping[str, Promise | str]] = {
    "store": gettext_lazy("store"), "queue": gettext_lazy("queue"), "channel": gettext_lazy("channel"),
    "priority": gettext_lazy("priority"), "tier": gettext_lazy("tier"), "tags": gettext_lazy("tag"),
    "language": gettext_lazy("language"),
}  # fmt: skip
ELSEWHERE: Final[Mapping[str, Promise | str]] = {
    "store": gettext_lazy("another store"),
    "queue": gettext_lazy("another queue"),
}
"""How stores and queues are called that whoever reads does not know."""


@dataclass(frozen=True, slots=True)
class VerdictWords:
    """Verdicts in words; policies by the ids of their versions, stores and queues by their own."""

    policies: Mapping[int, str]
    stores: Mapping[int, str]
    queues: Mapping[int, str]

    def name(self, verdict: PolicyVerdict) -> str:
        """Return what a policy is called."""
        return self.policies.get(verdict.version.id) or f"#{verdict.version.policy}"

    def summary(self, promises: TriedPromises) -> str:
        """Say in one sentence what applies."""
        applying = promises.applying
        if applying is None:
            return _("No policy applies: time is measured, and nothing is promised.")
        return _("%(policy)s applies.") % {"policy": isolated(self.name(applying))}

    def why(self, verdict: PolicyVerdict, promises: TriedPromises) -> str:
        """Say in one sentence why a policy applies, or does not."""
        facts = {
            "policy": isolated(self.name(verdict)),
            "other": isolated(self.name(promises.applying)) if promises.applying else "",
            "asks": ", ".join(map(self._asked, verdict.conditions)),
            "faults": _(" and ").join(map(self.fault, verdict.failed)),
        }
        return f"{_sentence_for(verdict, promises) % facts}."

    def fault(self, one: ConditionVerdict) -> str:
        """Say what a condition asks in vain: "tier vip (this ticket has none)"."""
        facts = {"what": CONDITION_LABELS[one.key], "wanted": self.values(one.key, one.wanted)}
        if not one.wanted:
            return _("%(what)s out of an empty list (no ticket has that)") % facts
        facts["has"] = self.values(one.key, one.has)
        if not facts["has"]:
            return _("%(what)s %(wanted)s (this ticket has none)") % facts
        return _("%(what)s %(wanted)s (this ticket has %(has)s)") % facts

    def values(self, key: str, values: Iterable[Hashable]) -> str:
        """Say the values of a condition, or of a ticket; nothing where there is none."""
        said = [isolated(one) for one in self.names(key, values) if one]
        return said[0] if len(said) == 1 else _(" or ").join(said)

    def names(self, key: str, values: Iterable[Hashable]) -> list[str]:
        """Return what values are called, in a fixed order, each once; "" is no value."""
        return sorted({self._called(key, value) for value in values})

    def _called(self, key: str, value: Hashable) -> str:
        named = {"store": self.stores, "queue": self.queues}.get(key)
        if named is not None:
            return named.get(value) or str(ELSEWHERE[key])  # type: ignore[call-overload]  # an id, or what was taken for one
        if key == "priority" and value in Priority.values:
            return str(Priority(value).label)
        return str(value)

    def _asked(self, one: ConditionVerdict) -> str:
        return f"{CONDITION_LABELS[one.key]} {self.values(one.key, one.wanted)}"


def _sentence_for(verdict: PolicyVerdict, promises: TriedPromises) -> str:
    if verdict.place is PolicyPlace.COMES_LATER:
        return _("%(policy)s would match too, but %(other)s comes before it")
    if verdict.place is PolicyPlace.APPLIES and verdict.conditions:
        return _("%(policy)s applies: it asks for %(asks)s")
    if verdict.place is PolicyPlace.APPLIES:
        return _("%(policy)s applies: it asks for nothing, so any ticket will do")
    if promises.comes_before_applying(verdict):
        return _("%(policy)s comes before %(other)s, but asks for %(faults)s")
    return _("%(policy)s does not match: it asks for %(faults)s")
