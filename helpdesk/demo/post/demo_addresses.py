"""Who has which address in the demo. Standard library alone: the demo's mail server knows nothing of the helpdesk."""

from __future__ import annotations

from typing import Final

HOST: Final = "127.0.0.1"
DOMAIN: Final = "demo.example"
MAILBOX: Final = f"help@{DOMAIN}"
"""Where the demo shop is written to, and whom its mailbox logs in as."""
CUSTOMERS: Final = "customers"
"""Whom one logs in as to read what everybody else receives."""
PASSWORD: Final = "demo-mail"  # noqa: S105  # known to all: the server listens on loopback alone
CUSTOMER_DOMAIN: Final = "customers.example"

RETURNING_DOMAIN: Final = "gone.example"
"""What is sent there is accepted, and comes back as undeliverable."""
REFUSING_DOMAIN: Final = "refused.example"
"""What is sent there is refused for good."""
SLOW_DOMAIN: Final = "slow.example"
"""What is sent there is put off for a while, as greylisting does."""


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].lower()
