"""Whatever a clock can say has words for people."""

from __future__ import annotations

from helpdesk.tickets.manual_due_time import promised_metrics
from monitor.clock.metrics import PROMISED, Outcome
from monitor.models import METRIC_LABELS, OUTCOME_LABELS


def test_every_metric_that_can_be_promised_has_a_label_in_the_same_order() -> None:
    assert list(METRIC_LABELS) == list(PROMISED)


def test_every_outcome_has_a_label() -> None:
    assert list(OUTCOME_LABELS) == list(Outcome)


def test_a_due_time_can_be_set_by_hand_for_what_can_be_promised() -> None:
    assert promised_metrics() == METRIC_LABELS
