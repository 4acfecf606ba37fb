"""Which addresses are ours: what is sent there comes back to us."""

from __future__ import annotations

from functools import cached_property

from django.conf import settings

from helpdesk.mail.composing.signed_address import ticket_of_address
from helpdesk.mail.leaving.mail_keys import mail_keys
from helpdesk.models import Mailbox
from helpdesk.models.mail.mailbox import folded_address


class OurAddresses:
    """The addresses and aliases of all mailboxes of an environment, with whatever stands behind a plus in them.

    They are read when the first is asked for. An address that we have signed is ours, too, after its mailbox is gone.
    """

    def __init__(self, environment: str) -> None:
        self._environment = environment

    def __contains__(self, address: object) -> bool:
        folded = folded_address(str(address))
        local, _, domain = folded.rpartition("@")
        without_detail = f"{local.partition('+')[0]}@{domain}"
        return not self._known.isdisjoint({folded, without_detail}) or _is_signed(folded)

    @cached_property
    def domains(self) -> frozenset[str]:
        """Those of the mailboxes alone: `DEFAULT_FROM_EMAIL` need not be at one of ours."""
        return frozenset(address.rpartition("@")[2] for address in self._of_mailboxes)

    @cached_property
    def _known(self) -> frozenset[str]:
        return self._of_mailboxes | {folded_address(settings.DEFAULT_FROM_EMAIL)}

    @cached_property
    def _of_mailboxes(self) -> frozenset[str]:
        boxes = Mailbox.objects.in_environment(self._environment).values_list("address", "aliases")
        return frozenset(folded_address(each) for own, aliases in boxes for each in (own, *aliases))


def _is_signed(address: str) -> bool:
    return ticket_of_address(address, keys=mail_keys()) is not None
