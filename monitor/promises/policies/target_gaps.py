"""What a policy leaves open that may not be meant: priorities without a target, waits that nobody sees."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import NamedTuple

from monitor.clock.book.policy import PolicyInForce
from monitor.clock.book.rules import PRIORITIES
from monitor.clock.metrics import PAUSES, Metric
from monitor.promises.doubts.coverage import Loss


class TargetGap(NamedTuple):
    """Priorities that a policy can match and gives no target of a metric, though others get one."""

    policy: Hashable
    metric: Metric
    priorities: tuple[str, ...]


def target_gaps(policy: PolicyInForce, losses: Iterable[Loss]) -> Iterator[TargetGap]:
    """Yield them, but for what is said already: that tickets of such priorities are promised nothing at all."""
    of_it = [loss for loss in losses if loss.policy == policy.policy and loss.promised_nothing]
    told = {priority for loss in of_it for priority in loss.priorities}
    matched = policy.rules.match.get("priority", frozenset(PRIORITIES))
    for metric, targets in policy.rules.targets.items():
        without = [one for one in PRIORITIES if one in matched and not policy.target(metric, one)]
        if targets and (left := tuple(one for one in without if one not in told)):
            yield TargetGap(policy.policy, metric, left)


def hides_waits(policy: PolicyInForce) -> bool:
    """Whether a customer who has never been answered is not seen as late for as long as a ticket stands still."""
    metric = Metric.FIRST_RESPONSE
    return metric in policy.rules.targets and policy.pauses(metric) > PAUSES[metric]
