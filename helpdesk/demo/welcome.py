"""What a newcomer is told when everything runs: where, who, and a first ticket to send."""

from __future__ import annotations

from django.utils.translation import gettext as _

from helpdesk.demo import shop


def welcome(address: str) -> str:
    """Return the lines to print; the ticket in them was asked so long ago that its promise of an
    acknowledgement within an hour breaks 30 s after the line is pasted."""
    return "\n".join(
        [
            _("Log in at %(address)s with the password %(password)s as")
            % {"address": address, "password": shop.PASSWORD},
            _people(),
            _("Send a ticket whose acknowledgement breaks in 30 seconds:"),
            _curl(address),
        ]
    )


def _people() -> str:
    names = {"agent": shop.AGENT, "supervisor": shop.SUPERVISOR, "admin": shop.ADMIN}
    return "\n".join(f"  {role:<11}{email}" for role, email in names.items())


def _curl(address: str) -> str:
    return f"""\
  curl {address}/api/v1/tickets -H 'Authorization: Bearer {shop.api_key()}' -H 'Content-Type: application/json' -d '{{
    "subject": "Where is my order?", "customer": {{"email": "jon@example.com", "name": "Jon"}},
    "message": {{"body": "It was to come on Monday."}},
    "occurred_at": "'"$(date -u -d '59 minutes ago 30 seconds ago' +%Y-%m-%dT%H:%M:%SZ)"'"}}'"""
