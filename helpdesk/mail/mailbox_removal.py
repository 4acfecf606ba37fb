"""Forgetting a mailbox: its passwords, and how far it was read. What came by it stays, here and on its server."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from helpdesk.database.transaction import require_transaction
from helpdesk.models import Mailbox, MailedReply
from helpdesk.refusal import Refused


class AnswersLeaving(Refused):
    """Answers that wait for its server would have no way out any more."""

    code = "answers-leaving"
    sentence = _("Answers are still leaving by %(mailbox)s: let them leave first, or be refused.")


def remove(mailbox: Mailbox) -> None:
    """Remove a mailbox by which nothing is leaving; raises `AnswersLeaving`. Nobody answers by it meanwhile."""
    require_transaction()
    locked = Mailbox.objects.select_for_update().get(pk=mailbox.pk)
    if MailedReply.objects.leaving().filter(mailbox=locked).exists():
        raise AnswersLeaving(mailbox=locked)
    locked.delete()
