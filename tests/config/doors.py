"""Who may go where: for each address, whom GET and POST let in, and what the others are told.

A new address fails its test until it stands here.
"""

from __future__ import annotations

from typing import Final

IN, LOGIN = "in", "login"
"""Let in, whatever the page then says of the form; led to the login."""

Door = dict[str, int | str]
"""By who comes: let in, led to the login, or told 403 (not yours to do), 404 (not there) or 405 (no such way)."""

AT_WORK: Final = ("owner", "colleague", "overseer", "admin", "outsider", "stranger")
"""Members of one queue, and who oversees it; a member of another queue, and who oversees that."""
OUTSIDE: Final = ("gone", "anybody")
"""Somebody who may log in no more, in a session of before, and somebody who never did."""


def door(others: int | str, outside: int | str = LOGIN, **those: int | str) -> Door:
    """Return a door: what those are told, what others at work are, and what is said to who is outside."""
    return dict.fromkeys(AT_WORK, others) | dict.fromkeys(OUTSIDE, outside) | those


ANYBODY: Final = door(IN, outside=IN)
AGENTS: Final = door(IN)
QUEUE: Final = door(IN, outsider=404, stranger=404)
OWNER: Final = door(404, owner=IN)
OVERSEERS: Final = door(403, overseer=IN, admin=IN, stranger=IN)
OVERSEEN: Final = OVERSEERS | {"stranger": 404}
ADMINS: Final = door(403, admin=IN)
NOBODY: Final = door(404)

WRITERS: Final = QUEUE | {"colleague": 403}
THEIR_WRITERS: Final = QUEUE | {"colleague": 404}
"""Of a note of the owner's; what only they may do is not there for others."""
KEEPERS: Final = QUEUE | {"owner": 403, "colleague": 403}
THEIR_KEEPERS: Final = QUEUE | {"owner": 404, "colleague": 404}
"""Of what an overseer keeps for the queue."""
BESIDE: Final = QUEUE | {"owner": 404}
"""What the colleague says of themself, and an overseer of them."""

NOT: Final = door(405)
NOT_ADMINS: Final = door(403, admin=405)
NOT_ANYBODY: Final = door(405, outside=405)

DOORS: Final[dict[str, tuple[Door, Door]]] = {
    "/healthz": (ANYBODY, NOT_ANYBODY),
    "/admin/logout/": (NOT_ANYBODY, ANYBODY),
    "/": (AGENTS, NOT),
    "/board/": (AGENTS, NOT),
    "/board/opening/": (NOT, AGENTS),
    "/board/objectives/": (AGENTS, OVERSEERS),
    "/board/months/": (OVERSEERS, NOT),
    "/board/months/closing/": (OVERSEERS, OVERSEERS),
    "/board/months/{number}/": (OVERSEERS, NOT),
    "/board/months/{number}/figures.csv": (OVERSEERS, NOT),
    "/board/months/{number}/tickets/": (OVERSEERS, NOT),
    "/board/months/{number}/tickets.csv": (OVERSEERS, NOT),
    "/board/days/": (AGENTS, NOT),
    "/board/days.csv": (AGENTS, NOT),
    "/board/tickets.csv": (AGENTS, NOT),
    "/board/delivery/": (AGENTS, NOT),
    "/board/deliveries.csv": (AGENTS, NOT),
    "/policies/tester/": (OVERSEERS, OVERSEERS),
    "/explanation/": (OVERSEERS, NOT),
    "/tickets/{reference}/explanation/": (KEEPERS, NOT),
    "/tickets/{reference}/recount/": (KEEPERS, KEEPERS),
    "/board/hiding/": (OVERSEERS, NOT),
    "/broken/": (AGENTS, AGENTS),
    "/broken/causes/": (OVERSEERS, OVERSEERS),
    "/broken/causes/{number}/retirement/": (NOT, OVERSEERS),
    "/freezes/": (OVERSEERS, OVERSEERS),
    "/freezes/{number}/end/": (NOT, OVERSEEN),
    "/freezes/{number}/removal/": (NOT, OVERSEEN),
    "/second-opinion/": (ADMINS, ADMINS),
    "/second-opinion/reading/": (ADMINS, ADMINS),
    "/second-opinion/{number}/reading/": (ADMINS, ADMINS),
    "/second-opinion/{number}/": (ADMINS, NOT_ADMINS),
    "/second-opinion/{number}/tickets/": (ADMINS, NOT_ADMINS),
    "/second-opinion/{number}/tickets/{theirs}/": (ADMINS, NOT_ADMINS),
    "/second-opinion/{number}/removal/": (NOT_ADMINS, ADMINS),
    "/trials/": (OVERSEERS, ADMINS),
    "/trials/{number}/": (OVERSEERS, NOT),
    "/trials/{number}/tickets/": (OVERSEERS, NOT),
    "/trials/{number}/cancellation/": (NOT_ADMINS, ADMINS),
    "/trials/{number}/publication/": (NOT_ADMINS, ADMINS),
    "/board/walls/": (OVERSEERS, OVERSEERS),
    "/board/walls/{number}/revocation/": (NOT, OVERSEEN),
    "/digests/": (OVERSEERS, OVERSEERS),
    "/wall/{token}/": (ANYBODY, NOT_ANYBODY),
    "/calendars/": (OVERSEERS, NOT),
    "/calendars/new/": (ADMINS, ADMINS),
    "/calendars/publication/": (NOT_ADMINS, ADMINS),
    "/calendars/{number}/": (OVERSEERS, NOT),
    "/calendars/{number}/edit/": (ADMINS, ADMINS),
    "/promises/": (OVERSEERS, NOT),
    "/promises/new/": (ADMINS, ADMINS),
    "/promises/words/": (NOT_ADMINS, ADMINS),
    "/promises/editing/": (NOT_ADMINS, ADMINS),
    "/promises/publication/": (NOT_ADMINS, ADMINS),
    "/promises/{number}/": (OVERSEERS, NOT),
    "/promises/{number}/editing/": (ADMINS, ADMINS),
    "/promises/{number}/place/": (ADMINS, ADMINS),
    "/promises/{number}/retirement/": (ADMINS, ADMINS),
    "/promises/{number}/versions/{version}/restoration/": (ADMINS, ADMINS),
    "/calendars/{number}/versions/": (OVERSEERS, NOT),
    "/calendars/{number}/versions/{version}/restoration/": (ADMINS, ADMINS),
    "/start/": (ADMINS, NOT_ADMINS),
    "/start/hours/": (ADMINS, ADMINS),
    "/start/confirmation/": (NOT_ADMINS, ADMINS),
    "/start/test-alert/": (NOT_ADMINS, ADMINS),
    "/favicon.ico": (ANYBODY, NOT_ANYBODY),
    "/login/": (ANYBODY, ANYBODY),
    "/login/here/": (ANYBODY, NOT_ANYBODY),
    "/login/code/": (ANYBODY, ANYBODY),
    "/confirmation/": (AGENTS, AGENTS),
    "/confirmation/code/": (AGENTS, AGENTS),
    "/second-factor/": (AGENTS, NOT),
    "/second-factor/begin/": (AGENTS, AGENTS),
    "/second-factor/end/": (NOBODY, NOBODY),
    "/second-factor/codes/": (NOBODY, NOT),
    "/second-factor/codes/new/": (AGENTS, AGENTS),
    "/logout/": (NOT_ANYBODY, ANYBODY),
    "/password/change/": (AGENTS, AGENTS),
    "/password/reset/": (ANYBODY, ANYBODY),
    "/password/reset/done/": (ANYBODY, NOT_ANYBODY),
    "/password/reset/key/{uidb36}-{key}/": (ANYBODY, ANYBODY),
    "/sessions/": (AGENTS, AGENTS),
    "/sessions/{number}/ending/": (NOT, OWNER),
    "/absence/": (AGENTS, AGENTS),
    "/agents/{number}/absence/": (BESIDE, BESIDE),
    "/mentions/": (AGENTS, NOT),
    "/mentions/reading/": (NOT, AGENTS),
    "/mentions/{number}/reading/": (NOT, OWNER),
    "/report-keys/": (OVERSEERS, NOT),
    "/report-keys/new/": (NOT, OVERSEERS),
    "/report-keys/{public_id}/revocation/": (NOT, door(404, overseer=IN, admin=IN)),
    "/preferences/": (AGENTS, AGENTS),
    "/environment/": (NOT, AGENTS),
    "/demo/": (NOT, NOBODY),
    "/demo/removal/": (NOBODY, NOBODY),
    "/demo/mail/": (NOBODY, NOBODY),
    "/demo/mail/files/": (NOT, NOBODY),
    "/demo/mail/{uid}/": (NOBODY, NOBODY),
    "/demo/mail/{uid}/markup/": (NOBODY, NOT),
    "/demo/mail/{uid}/original/": (NOBODY, NOT),
    "/pulse/": (AGENTS, NOT),
    "/stores/": (ADMINS, ADMINS),
    "/stores/{number}/keys/": (NOT_ADMINS, ADMINS),
    "/stores/test-ticket/": (NOT_ADMINS, ADMINS),
    "/mailboxes/": (ADMINS, NOT_ADMINS),
    "/mailboxes/new/": (ADMINS, ADMINS),
    "/mailboxes/{number}/": (ADMINS, ADMINS),
    "/mailboxes/consent/": (ADMINS, NOT_ADMINS),
    "/mailboxes/{number}/consent/": (NOT_ADMINS, ADMINS),
    "/mailboxes/{number}/trial/": (NOT_ADMINS, ADMINS),
    "/mailboxes/{number}/history/": (NOT_ADMINS, ADMINS),
    "/mailboxes/{number}/receipt/": (ADMINS, ADMINS),
    "/mailboxes/{number}/removal/": (NOT_ADMINS, ADMINS),
    "/attachments/{number}/": (QUEUE, NOT),
    "/attachments/{number}/picture/": (QUEUE, NOT),
    "/mail/": (OVERSEERS, NOT),
    "/mail/{number}/reading/": (NOT, OVERSEEN),
    "/mail/{number}/original/": (OVERSEEN, NOT),
    "/mail/{number}/not-spam/": (NOT, QUEUE),
    "/mail/blocked/": (AGENTS, NOT),
    "/mail/blocked/{number}/": (QUEUE, NOT),
    "/mail/blocked/{number}/lifting/": (NOT, QUEUE),
    "/keys/{public_id}/revocation/": (NOT_ADMINS, ADMINS),
    "/invitations/": (OVERSEERS, OVERSEERS),
    "/invitations/{number}/revocation/": (NOT, OVERSEEN),
    "/invitations/{token}/": (ANYBODY, ANYBODY),
    "/queues/": (ADMINS, NOT_ADMINS),
    "/queues/new/": (NOT_ADMINS, ADMINS),
    "/queues/{number}/": (ADMINS, NOT_ADMINS),
    "/queues/{number}/name/": (NOT_ADMINS, ADMINS),
    "/queues/{number}/merging/": (ADMINS, ADMINS),
    "/queues/{number}/questions/": (NOT_ADMINS, ADMINS),
    "/queues/{number}/silence/": (ADMINS, ADMINS),
    "/queues/{number}/retirement/": (NOT_ADMINS, ADMINS),
    "/queues/{number}/removal/": (NOT_ADMINS, ADMINS),
    "/people/": (OVERSEERS, NOT),
    "/people/{number}/": (OVERSEEN, NOT),
    "/people/{number}/place/": (NOT, OVERSEEN),
    "/people/{number}/administration/": (NOT, OVERSEEN),
    "/people/{number}/second-factor/": (NOT, OVERSEEN),
    "/people/{number}/activity/": (NOT, OVERSEEN),
    "/security/": (ADMINS, NOT_ADMINS),
    "/hold/": (ADMINS, ADMINS),
    "/jobs/": (ADMINS, ADMINS),
    "/jobs/{number}/": (ADMINS, NOT_ADMINS),
    "/jobs/{number}/cancellation/": (NOT_ADMINS, ADMINS),
    "/jobs/{number}/errors.csv": (ADMINS, NOT_ADMINS),
    "/next/": (NOT, AGENTS),
    "/bulk/": (NOT, AGENTS),
    "/bulk/{number}/": (OWNER, NOT),
    "/bulk/{number}/undo/": (NOT, OWNER),
    "/views/": (NOT, AGENTS),
    "/views/{number}/name/": (NOT, OWNER),
    "/views/{number}/removal/": (NOT, OWNER),
    "/views/{number}/restoration/": (NOT, OWNER),
    "/search/": (AGENTS, NOT),
    "/next/{reference}/": (QUEUE, QUEUE),
    "/tickets/": (AGENTS, NOT),
    "/tickets/new/": (AGENTS, AGENTS),
    "/tickets/new/attachments/": (NOT, AGENTS),
    "/notes/": (AGENTS, NOT),
    "/notes/{number}/": (QUEUE, WRITERS),
    "/notes/{number}/removal/": (NOT, THEIR_WRITERS),
    "/notes/{number}/restoration/": (NOT, THEIR_WRITERS),
    "/tickets/{reference}/similar/": (QUEUE, NOT),
    "/tickets/{reference}/notes/{number}/": (NOT, QUEUE),
    "/tickets/{reference}/messages/{number}/note/": (QUEUE, QUEUE),
    "/topics/": (AGENTS, NOT),
    "/topics/{number}/retirement/": (NOT, KEEPERS),
    "/stores/{number}/topics/": (NOT, KEEPERS),
    "/tickets/{reference}/topic/": (NOT, QUEUE),
    "/canned/": (AGENTS, NOT),
    "/canned/new/": (AGENTS, AGENTS),
    "/canned/{number}/": (QUEUE, KEEPERS),
    "/canned/{number}/removal/": (NOT, THEIR_KEEPERS),
    "/canned/{number}/restoration/": (NOT, THEIR_KEEPERS),
    "/tickets/{reference}/canned/": (QUEUE, QUEUE),
    "/tickets/new/draft/": (NOT, AGENTS),
    "/tickets/{reference}/": (QUEUE, NOT),
    "/tickets/{reference}/colleagues/": (QUEUE, NOT),
    "/tickets/{reference}/as-the-customer/": (QUEUE, NOT),
    "/tickets/{reference}/customer-card/": (QUEUE, NOT),
    "/tickets/{reference}/drafts/{number}/holder/": (NOT, QUEUE),
    "/tickets/{reference}/drafts/composer/removal/": (NOT, QUEUE),
    "/tickets/{reference}/drafts/{kind}/": (NOT, QUEUE),
    "/tickets/{reference}/messages/": (NOT, QUEUE),
    "/tickets/{reference}/attachments/": (NOT, QUEUE),
    "/tickets/{reference}/answers/": (NOT, QUEUE),
    "/tickets/{reference}/inquiries/": (NOT, QUEUE),
    "/tickets/{reference}/inquiries/preview/": (NOT, QUEUE),
    "/tickets/{reference}/messages/earlier/": (QUEUE, NOT),
    "/tickets/{reference}/messages/copies/": (NOT, QUEUE),
    "/tickets/{reference}/messages/{number}/answer/": (QUEUE, QUEUE),
    "/tickets/{reference}/messages/{number}/author/": (NOT, QUEUE),
    "/tickets/{reference}/messages/{number}/answer/copies/": (NOT, QUEUE),
    "/tickets/{reference}/messages/{number}/answer/draft/": (NOT, QUEUE),
    "/tickets/{reference}/messages/{number}/answer/preview/": (NOT, QUEUE),
    "/tickets/{reference}/held/{number}/": (NOT, QUEUE),
    "/tickets/{reference}/messages/newer/": (QUEUE, NOT),
    "/tickets/{reference}/messages/preview/": (NOT, QUEUE),
    "/tickets/{reference}/messages/{number}/markup/": (QUEUE, NOT),
    "/tickets/{reference}/presence/": (QUEUE, QUEUE),
    "/tickets/{reference}/acknowledgement/": (NOT, QUEUE),
    "/tickets/{reference}/assignee/": (NOT, QUEUE),
    "/tickets/{reference}/snooze/": (NOT, QUEUE),
    "/tickets/{reference}/claim/": (NOT, QUEUE),
    "/tickets/{reference}/customer/": (NOT, QUEUE),
    "/tickets/{reference}/status/": (NOT, QUEUE),
    "/tickets/{reference}/priority/": (NOT, QUEUE),
    "/tickets/{reference}/queue/": (NOT, QUEUE),
    "/tickets/{reference}/tags/": (NOT, QUEUE),
    "/tickets/{reference}/no-reply-needed/": (NOT, QUEUE),
    "/tickets/{reference}/splitting/": (QUEUE, QUEUE),
    "/tickets/{reference}/merging/": (QUEUE, NOT),
    "/tickets/{reference}/merged-into/": (NOT, QUEUE),
    "/tickets/{reference}/undo/": (NOT, QUEUE),
    "/tickets/{reference}/removal/": (NOT, QUEUE),
}
"""By route: who may GET it, and who may POST to it. The demo is off here: its pages are not there for anybody."""

FORMS: Final = {
    "/jobs/": {"kind": "search_rebuild", "offer": "all"},
    "/people/{number}/place/": {"queue": "{queue}", "role": "member"},
    "/queues/{number}/merging/": {"into": "{elsewhere}"},
    "/tickets/{reference}/queue/": {"queue": "{queue}"},
}
"""What a form says where an empty one names nothing that is there."""
