"""Every page that can be opened, by who opens it, and what answers GET with something else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from helpdesk.pages.frame.way_on import arrival
from tests.docs.served import page_routes
from tests.furnished import PLACE

TICKET: Final = "/tickets/{reference}/"

PAGES: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "the queue and the board": (
        "owner",
        (
            "/",
            "/?filter=on",
            "/?tab=mine&place=late",
            "/next/{reference}/",
            "/search/?q=order",
            "/search/?q=nothing-like-it",
            "/board/",
            "/board/delivery/",
            "/board/days/",
            "/board/objectives/",
        ),
    ),
    "a ticket": (
        "owner",
        (
            TICKET,
            f"{TICKET}as-the-customer/",
            f"{TICKET}customer-card/",
            f"{TICKET}similar/",
            f"{TICKET}splitting/",
            f"{TICKET}merging/",
            f"{TICKET}merging/?into={{other}}",
            f"{TICKET}messages/{{number}}/answer/",
            f"{TICKET}messages/{{number}}/note/",
        ),
    ),
    "lists": (
        "owner",
        (
            "/tickets/",
            "/tickets/?status=live",
            "/tickets/new/",
            "/bulk/{number}/",
            "/mentions/",
            "/notes/",
            "/notes/{number}/",
            "/topics/",
            "/canned/",
            "/stores/",  # which are not theirs: 403
            "/no-such-page/",
        ),
    ),
    "oneself": (
        "owner",
        (
            "/absence/",
            "/preferences/",
            "/sessions/",
            "/password/change/",
            "/confirmation/",
            "/second-factor/",
            "/second-factor/begin/",
        ),
    ),
    "a second factor": (
        "guarded",
        (
            "/second-factor/",
            "/second-factor/end/",
            "/second-factor/codes/",
            "/second-factor/codes/new/",
            "/confirmation/code/",
        ),
    ),
    "an overseer's": (
        "overseer",
        (
            "/policies/tester/",
            "/policies/tester/?reference={reference}",
            "/explanation/",
            f"{TICKET}explanation/",
            f"{TICKET}explanation/?only=differences",
            f"{TICKET}recount/",
            "/canned/new/",
            "/canned/{number}/",
            "/agents/{number}/absence/",
            "/board/walls/",
            "/board/months/",
            "/board/months/closing/",
            "/board/months/{number}/",
            "/board/months/{number}/?print=1",
            "/board/months/{number}/tickets/",
            "/broken/?asked=1970-01-02..",
            "/board/hiding/",
            "/broken/causes/",
            "/freezes/",
            "/digests/",
            "/calendars/",
            "/calendars/{number}/",
            "/report-keys/",
            "/invitations/",
            "/people/",
            "/people/{number}/",
            "/mail/",
            "/mail/blocked/",
            "/mail/blocked/{number}/",
        ),
    ),
    "setting up": (
        "admin",
        (
            "/start/",
            "/start/hours/",
            "/calendars/new/",
            "/calendars/{number}/edit/",
            "/promises/",
            "/promises/new/",
            "/promises/{number}/",
            "/promises/{number}/editing/",
            "/promises/{number}/place/",
            "/promises/{number}/retirement/",
            "/promises/{number}/versions/{version}/restoration/",
            "/calendars/{number}/versions/",
            "/calendars/{number}/versions/{version}/restoration/",
            "/stores/",
            "/mailboxes/",
            "/mailboxes/new/",
            "/mailboxes/{number}/",
            "/mailboxes/{number}/receipt/",
        ),
    ),
    "an admin's": (
        "admin",
        (
            "/queues/",
            "/queues/{number}/",
            "/queues/{number}/merging/?into={elsewhere}",
            "/queues/{number}/silence/?reminds_after=2&resolves_after=3",
            "/people/{number}/",
            "/jobs/",
            "/jobs/{number}/",
            "/trials/",
            "/trials/{number}/",
            "/trials/{number}/tickets/?part=open",
            "/second-opinion/",
            "/second-opinion/reading/",
            "/second-opinion/reading/?vendor=freshdesk",
            "/second-opinion/{number}/",
            "/second-opinion/{number}/reading/",
            "/second-opinion/{number}/tickets/?reason=bot_counted",
            "/second-opinion/{number}/tickets/{theirs}/",
            "/security/",
            "/hold/",
        ),
    ),
}
"""By what they are about: who opens them, and their addresses."""

FOR_ANYBODY: Final = (
    "/login/",
    "/password/reset/",
    "/password/reset/done/",
    "/password/reset/key/{uidb36}-{key}/",
    "/invitations/{token}/",
)

NO_PAGES: Final = {
    "/healthz": "for machines",
    "/favicon.ico": "leads to the icon",
    "/login/here/": "a token for a page that stands",
    "/login/code/": "between the password and the login: a test of its own below",
    "/pulse/": "a part of every page",
    "/wall/{token}/": "in its maker's language: test_the_wall.py",
    f"{TICKET}canned/": "a part of the ticket page",
    f"{TICKET}messages/earlier/": "a part of the ticket page",
    f"{TICKET}colleagues/": "a list of names for the composer",
    f"{TICKET}messages/newer/": "a part of the ticket page",
    f"{TICKET}presence/": "a part of the ticket page",
    f"{TICKET}messages/{{number}}/markup/": "in a frame of the ticket page: test_written_mail.py",
    "/attachments/{number}/": "a download",
    "/attachments/{number}/picture/": "a picture",
    "/mail/{number}/original/": "a download",
    "/board/days.csv": "a download",
    "/board/tickets.csv": "a download",
    "/board/deliveries.csv": "a download",
    "/board/months/{number}/figures.csv": "a download",
    "/board/months/{number}/tickets.csv": "a download",
    "/jobs/{number}/errors.csv": "a download",
    "/mailboxes/consent/": "where a provider leads back to: test_the_consent_pages.py",
    "/demo/removal/": "only where the demo runs: test_mail_of_the_demo.py",
    "/demo/mail/": "only where the demo's mail server runs: test_mail_of_the_demo.py",
    "/demo/mail/{uid}/": "only where the demo's mail server runs: test_mail_of_the_demo.py",
    "/demo/mail/{uid}/markup/": "in a frame of that",
    "/demo/mail/{uid}/original/": "a download",
}
"""What can be opened and is no page that is swept, and why not."""


def opened() -> set[str]:
    """Return the routes of all that answers GET, as the resolver has them."""
    addresses = {route: PLACE.sub("1", route) for route in page_routes()}
    return {route for route, address in addresses.items() if arrival(address) == address}


def swept() -> Iterator[str]:
    """Yield the route of every address that is swept."""
    for path in (*FOR_ANYBODY, *(path for _who, paths in PAGES.values() for path in paths)):
        yield path.partition("?")[0]
