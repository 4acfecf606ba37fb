"""The second factor: a code of an app, or one that was kept for the day on which that is lost (RFC 6238)."""

from __future__ import annotations

from typing import Final

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from helpdesk.models import Agent, Membership, Role
from helpdesk.secrets import key_ring
from helpdesk.secrets.key_ring import NoKeyOpens
from helpdesk.secrets.resealing import Resealing

NOBODY: Final = "nobody"
ADMINS: Final = "admins"
OVERSEERS: Final = "overseers"
EVERYBODY: Final = "everybody"


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """How allauth's second factors are ours: their secrets are closed under the key ring, and said in our words."""

    error_messages = {  # allauth's way to say it
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This is not the code of this moment, nor one of those that you kept."),
    }

    def get_totp_issuer(self) -> str:
        return "Attend"

    def encrypt(self, text: str) -> str:
        return key_ring.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return key_ring.unseal(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not is_required_of(authenticator.user)


def is_required_of(agent: Agent) -> bool:
    """Whether this agent is to have a second factor; nobody has one on a login that everybody knows."""
    required = settings.SECOND_FACTOR_OF
    if agent.is_demo or required == NOBODY:
        return False
    if required == EVERYBODY or agent.is_admin:
        return True
    return required == OVERSEERS and Membership.objects.filter(agent=agent, role=Role.OVERSEER).exists()


def has_one(agent: Agent) -> bool:
    return bool(Authenticator.objects.filter(user_id=agent.pk, type=Authenticator.Type.TOTP).exists())


def reseal(done: Resealing) -> None:
    """Close under the newest key what apps and kept codes are made of, as `reseal_all` does with columns."""
    for held in Authenticator.objects.select_for_update().order_by("pk"):
        sealed = {name: held.data[name] for name in ("secret", "seed") if name in held.data}
        if all(key_ring.is_newest(each) for each in sealed.values()):
            done.kept += len(sealed)
            continue
        try:
            held.data |= {name: key_ring.seal(key_ring.unseal(each)) for name, each in sealed.items()}
        except NoKeyOpens:
            done.shut.append(f"second factor {held.pk} of agent {held.user_id}")
        else:
            held.save(update_fields=["data"])
            done.changed += len(sealed)


def take_from(agent: Agent) -> bool:
    """Take the second factor of somebody who has lost it, and what they kept for that; false where they have none."""
    return bool(Authenticator.objects.filter(user_id=agent.pk).delete()[0])
