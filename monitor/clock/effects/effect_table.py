"""The effects: what each kind of event does to the clocks of a ticket.

Within one event, in this order: stop, cancel, pause, resume, match policy, retarget, start.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from monitor.clock.corrections import Event
from monitor.clock.effects import attribute_effects, ending_effects, message_effects, work_effects
from monitor.clock.fold import Effect, Fold


def nothing(fold: Fold, at: datetime, event: Event) -> None:
    """Note an event that no clock cares about, or that was heeded in advance."""


EFFECTS: Final[Mapping[str, Effect]] = MappingProxyType(
    {
        "opened": message_effects.opened,
        "customer_message_received": message_effects.customer_message_received,
        "public_reply_sent": message_effects.public_reply_sent,
        "note_added": nothing,
        "acknowledged": work_effects.acknowledged,
        "assigned": work_effects.assigned,
        "unassigned": work_effects.unassigned,
        "status_changed": work_effects.status_changed,
        "resolved": ending_effects.resolved,
        "closed": ending_effects.closed,
        "reopened": ending_effects.reopened,
        "no_reply_needed_marked": ending_effects.no_reply_needed_marked,
        "priority_changed": attribute_effects.priority_changed,
        "queue_changed": attribute_effects.queue_changed,
        "tags_changed": attribute_effects.tags_changed,
        "tier_changed": attribute_effects.tier_changed,
        "topic_changed": nothing,
        "order_changed": nothing,
        "customer_changed": nothing,
        "due_time_set": work_effects.due_time_set,
        "due_time_cleared": work_effects.due_time_cleared,
        "merged_into": ending_effects.merged_into,
        "absorbed": message_effects.absorbed,
        "voided": ending_effects.voided,
        "restored": nothing,
        "reply_bounced": nothing,
        "reply_delayed": nothing,
        "reply_left": nothing,
        "snoozed": nothing,
        "snooze_ended": nothing,
        "undone": nothing,
        "split_off": nothing,
    }
)
