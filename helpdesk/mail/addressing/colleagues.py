"""Who writes as one of us: an agent, or somebody at a domain of our mailboxes."""

from __future__ import annotations

from helpdesk.mail.addressing.mail_providers import is_mail_provider
from helpdesk.mail.addressing.our_addresses import OurAddresses
from helpdesk.models import Agent


def is_agent(address_key: str) -> bool:
    return Agent.objects.filter(email=address_key).exists()


def is_colleague(address_key: str, *, ours: OurAddresses) -> bool:
    """Tell whether an address is an agent's, or at a domain of ours at which not everybody may have one."""
    domain = address_key.rpartition("@")[2]
    at_home = not is_mail_provider(domain) and domain in ours.domains
    return bool(address_key) and (at_home or is_agent(address_key))
