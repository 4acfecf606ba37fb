"""The targets of a policy as rows of a table: a metric's, from urgent to low, each told once for those beside it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any, NamedTuple

from helpdesk.models import Priority
from monitor.clock.book.rules import Rules, Target
from monitor.clock.metrics import PROMISED, Metric
from monitor.models import METRIC_LABELS
from monitor.promises.priority_words import priority_words


class TargetSpan(NamedTuple):
    """What is promised to priorities that stand side by side; None: nothing."""

    target: Target | None
    priorities: list[str]

    @property
    def together(self) -> str:
        """Name the priorities where it is said once for several."""
        return priority_words(self.priorities) if self.priorities[1:] else ""


MetricTargets = tuple[Any, list[TargetSpan]]
"""The label of a metric, and what is promised of it."""


def metric_targets(rules: Rules) -> Iterator[MetricTargets]:
    """Yield the metrics that rules promise, in the order of a ticket's life."""
    for metric in PROMISED:
        if rules.targets.get(metric):
            yield METRIC_LABELS[metric], list(_spans(rules, metric))


def target_for(rules: Rules, metric: Metric, priority: str) -> Target | None:
    """Return what rules promise to a priority."""
    some = rules.targets.get(metric, {})
    return some.get(priority) or some.get("*")


def _spans(rules: Rules, metric: Metric) -> Iterator[TargetSpan]:
    def promised(priority: str) -> Target | None:
        return target_for(rules, metric, priority)

    for target, priorities in groupby(reversed(Priority.values), key=promised):
        yield TargetSpan(target, list(priorities))
