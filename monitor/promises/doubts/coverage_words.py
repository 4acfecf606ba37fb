"""Doubts about coverage in words."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from helpdesk.models import Queue, Store
from monitor.clock.book.policy import PolicyInForce
from monitor.clock.book.rules import PRIORITIES
from monitor.models import METRIC_LABELS, Policy
from monitor.promises.doubts.coverage import Condition, ImpossibleValues, Loss, Move, NeverReached
from monitor.promises.policies.target_gaps import TargetGap
from monitor.promises.priority_words import priority_words


class CoverageWords:
    """Doubts in words, with policies, stores and queues by name."""

    def __init__(self, proposed: Mapping[Any, str] | None = None) -> None:
        self.policies: dict[Hashable, str] = dict(Policy.objects.values_list("pk", "name"))
        self.policies |= proposed or {}
        self.named = {
            "store": dict(Store.objects.values_list("pk", "name")),
            "queue": dict(Queue.objects.values_list("pk", "name")),
        }
        self.keys = {
            "store": _("store"), "queue": _("queue"), "channel": _("channel"), "tier": _("tier"),
            "tags": _("tag"), "language": _("language"), "priority": _("priority"),
        }  # fmt: skip

    def impossible(self, one: ImpossibleValues) -> str:
        facts = {
            "policy": self._policy(one.policy),
            "what": self.keys[one.key],
            "values": self._values(one.key, one.values),
        }
        if not one.values:
            return _("%(policy)s can never match: a list without any %(what)s matches no ticket") % facts
        if one.never:
            return _("%(policy)s can never match: no ticket has the %(what)s %(values)s") % facts
        return _("%(policy)s: no ticket has the %(what)s %(values)s") % facts

    def unreached(self, one: NeverReached) -> str:
        facts = {"policy": self._policy(one.policy), "others": ", ".join(map(self._policy, one.behind))}
        return _("%(policy)s is never reached: all its tickets meet %(others)s before it") % facts

    def loss(self, loss: Loss) -> str:
        facts = {
            **self._tickets(loss),
            "metrics": ", ".join(str(METRIC_LABELS[metric]) for metric in loss.metrics),
            "policy": self._policy(loss.policy),
        }
        if loss.policy is None:
            return capfirst(
                _("%(tickets)s (%(priorities)s): no promise at all, since no policy matches") % facts
            )
        if loss.promised_nothing:
            return capfirst(_("%(tickets)s (%(priorities)s): no promise at all from %(policy)s") % facts)
        return capfirst(_("%(tickets)s (%(priorities)s): %(policy)s leaves them without %(metrics)s") % facts)

    def move(self, one: Move) -> str:
        """Say which tickets come under which policy, and in the place of which."""
        facts = {
            **self._tickets(one),
            "policy": self._policy(one.policy),
            "former": self._policy(one.former),
        }
        if one.former is None:
            return capfirst(
                _("%(tickets)s (%(priorities)s): %(policy)s, where no policy matches now") % facts
            )
        if one.policy is None:
            return capfirst(
                _("%(tickets)s (%(priorities)s): no policy at all, instead of %(former)s") % facts
            )
        return capfirst(_("%(tickets)s (%(priorities)s): %(policy)s, instead of %(former)s") % facts)

    def gap(self, gap: TargetGap) -> str:
        """Say which priorities have no target where others have one."""
        return _("%(policy)s: %(metric)s has no target for %(priorities)s") % {
            "policy": self._policy(gap.policy),
            "metric": METRIC_LABELS[gap.metric],
            "priorities": priority_words(gap.priorities),
        }

    def hidden(self, policy: PolicyInForce) -> str:
        """Say what is not seen where the first response is paused."""
        return _(
            "%(policy)s: the first response pauses. A customer who has never been answered is then not late, however"
            " long they wait while their ticket is pending or on hold"
        ) % {"policy": self._policy(policy.policy)}

    def _tickets(self, one: Loss | Move) -> dict[str, str]:
        everybody = set(one.priorities) == set(PRIORITIES)
        return {
            "tickets": ", ".join(map(self._condition, one.of)) or _("all tickets"),
            "priorities": _("any priority") if everybody else priority_words(one.priorities),
        }

    def _condition(self, one: Condition) -> str:
        facts = {"what": self.keys[one.key], "values": self._values(one.key, one.values)}
        return (_("any %(what)s but %(values)s") if one.any_but else _("%(what)s %(values)s")) % facts

    def _policy(self, policy: Any) -> str:
        return str(self.policies.get(policy, policy))

    def _values(self, key: str, values: Iterable[Any]) -> str:
        names = self.named.get(key, {})
        return ", ".join(f"“{names.get(value, value)}”" for value in sorted(values, key=str))
