"""What was sent already under the token of a form and comes again: the same is one, of anything else it is said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from helpdesk.conversation.recipients import Recipient
from helpdesk.models import Author, Message, PartyRole
from helpdesk.refusal import Conflict


class SentBefore(Conflict):
    """The form was sent already, with other words: a second press came after its answer got lost."""

    code = "sent-before"
    sentence = _("An earlier version of this was sent already, as you see. Your new words were not.")


def refuse_other_words(message: Message, *, body: str, public: bool, way: str = "") -> None:
    """Raise `SentBefore` where the message that a form's token stands for is not what was typed now."""
    if (message.body, message.public, message.way) != (body, public, way):
        raise SentBefore


def refuse_other_recipients(message: Message, *, cc: Sequence[Recipient]) -> None:
    """Raise `SentBefore` where others have a copy of it than were typed now; what the customer asks on has none."""
    parties = dict(message.parties.values_list("address_key", "role"))
    typed = {person.key for person in cc if parties.get(person.key) != PartyRole.TO}
    copied = {key for key, role in parties.items() if role == PartyRole.CC}
    if message.author != Author.CUSTOMER and typed != copied:
        raise SentBefore


def refuse_other_files(message: Message, *, numbers: Iterable[int]) -> None:
    """Raise `SentBefore` where other files went along with it."""
    if set(numbers) != set(message.attachments.values_list("pk", flat=True)):
        raise SentBefore
