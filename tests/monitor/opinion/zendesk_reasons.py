"""A ticket of Zendesk's for each reason that can be told from what its API answers, and one for none."""

from __future__ import annotations

from typing import Any, Final

from tests.monitor.opinion.exports import AGENT, CUSTOMER, ROBOT, asked, comment, ticket, when

PASSER_BY: Final = 7002
MERGED: Final = 'Request #9 "Parcel" was closed and merged into this request.'

_SAID: Final[dict[str, dict[str, Any]]] = {
    "": ticket(0, asked(), comment(2, AGENT, 95), theirs=95),
    "deleted": ticket(0, asked(), theirs=5, status="deleted"),
    "figure_not_told": ticket(0, asked(), comment(2, AGENT, 95), theirs=None, metric_set=None),
    "merged": ticket(
        0, asked(), comment(2, AGENT, 95, public=False), theirs=95, status="closed", tags=["closed_by_merge"]
    ),
    "side_conversation": ticket(0, asked(), theirs=None, tags=["created_for_side_conversation"]),
    "campaign": ticket(0, comment(1, ROBOT, 0), comment(2, CUSTOMER, 30), comment(3, AGENT, 60), theirs=60),
    "agent_started": ticket(0, comment(1, AGENT, 0), comment(2, AGENT, 30), theirs=30, submitter_id=AGENT),
    "on_behalf_note": ticket(
        0, comment(1, AGENT, 0, public=False), comment(2, CUSTOMER, 30), comment(3, AGENT, 60), theirs=60
    ),
    "closed_silently": ticket(0, asked(), theirs=None),
    "still_waiting": ticket(0, asked(), theirs=None, status="open"),
    "imported_backdated": ticket(
        0,
        asked() | {"written_at": when(3000)},
        comment(2, AGENT, 95) | {"written_at": when(3000)},
        theirs=None,
    ),
    "rule_counted": ticket(0, asked(), comment(2, -1, 1, channel="rule"), comment(3, AGENT, 60), theirs=1),
    "bot_counted": ticket(0, asked(), comment(2, ROBOT, 1, channel="api"), comment(3, AGENT, 60), theirs=1),
    "made_private": ticket(
        0, asked(), comment(2, AGENT, 20) | {"made_private_at": when(40)}, comment(3, AGENT, 60), theirs=20
    ),
    "private_note_counted": ticket(
        0, asked(), comment(2, AGENT, 20, public=False), comment(3, AGENT, 60), theirs=20
    ),
    "not_known_as_staff": ticket(0, asked(), comment(2, PASSER_BY, 20), comment(3, AGENT, 60), theirs=20),
    "copied_person": ticket(0, comment(1, PASSER_BY, 30), comment(2, AGENT, 60), theirs=60),
    "customer_came_later": ticket(0, comment(1, CUSTOMER, 30), comment(2, AGENT, 60), theirs=60),
    "counted_from_bot": ticket(0, asked(), comment(2, ROBOT, 20), comment(3, AGENT, 60), theirs=40),
    "merged_here": ticket(
        0, asked(), comment(2, AGENT, 60), comment(3, AGENT, 70, public=False) | {"body": MERGED}, theirs=300
    ),
    "live_session": ticket(0, asked(), comment(2, AGENT, 60), theirs=4, via={"channel": "chat"}),
    "ticket_sharing": ticket(0, asked(), comment(2, AGENT, 60), theirs=4, sharing_agreement_ids=[3]),
    "reopened": ticket(0, asked(), comment(2, AGENT, 60), comment(3, AGENT, 90), theirs=90)
    | {"metric_set": {"reopens": 1, "reply_time_in_minutes": {"calendar": 90, "business": 90}}},
    "later_reply_counted": ticket(0, asked(), comment(2, AGENT, 60), comment(3, AGENT, 90), theirs=90),
}
EXPLAINED: Final = dict(enumerate(_SAID, start=1))
TICKETS: Final = [record | {"id": number} for number, record in enumerate(_SAID.values(), start=1)]
ODD: Final = ticket(len(_SAID) + 1, asked(), comment(2, AGENT, 95), theirs=7)
"""A ticket whose figure nothing explains."""
