"""The verbs of people at work on a ticket, under one name.

Each takes the ticket's lock, refreshes it in place, writes its events, is safe to repeat, and returns
whether anything changed; what makes no sense raises a `Refused`.
"""

from helpdesk.services.assigning import acknowledge, assign, claim, unassign
from helpdesk.services.closing import (
    close,
    delete,
    mark_no_reply_needed,
    mark_spam,
    reopen,
    resolve,
    restore,
    set_status,
)
from helpdesk.services.promising import clear_due_time, set_due_time
from helpdesk.services.sorting import change_priority, change_queue, change_tags, change_tier

__all__ = [
    "acknowledge",
    "assign",
    "change_priority",
    "change_queue",
    "change_tags",
    "change_tier",
    "claim",
    "clear_due_time",
    "close",
    "delete",
    "mark_no_reply_needed",
    "mark_spam",
    "reopen",
    "resolve",
    "restore",
    "set_due_time",
    "set_status",
    "unassign",
]
