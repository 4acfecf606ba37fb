"""Why there is no token with which to sign in to a mailbox, in words that say whom to ask."""

from __future__ import annotations

from babel.dates import format_date
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from helpdesk.input.cldr_locale import cldr_locale
from helpdesk.input.visible_text import isolated
from helpdesk.models import Mailbox, MailboxConsent
from helpdesk.refusal import Refused


class ConsentFailed(Refused):
    """Nobody lets us in by consent, for now or until somebody has given another."""

    code = "consent-failed"


class ConsentMissing(ConsentFailed):
    """Nobody has consented yet."""

    code = "consent-missing"
    sentence = _("Nobody has consented yet: an admin signs in for %(mailbox)s on its page.")


class ConsentRefused(ConsentFailed):
    """The provider takes the consent no more, and will not again: it takes another one."""

    code = "consent-refused"
    sentence = _(
        "The consent for %(mailbox)s is over: ask %(agent)s, who gave it as %(account)s on %(day)s, to sign in again. "
        "The provider says: %(said)s"
    )


class TokenServerDown(ConsentFailed):
    """The provider gives no token now; it is asked again."""

    code = "token-server-down"
    sentence = _("%(provider)s gives no token now: %(said)s")


def missing(mailbox: Mailbox) -> ConsentMissing:
    return ConsentMissing(mailbox=mailbox.address)


def refused(mailbox: Mailbox, consent: MailboxConsent) -> ConsentRefused:
    """Return the refusal of a consent, with who gave it and when."""
    return ConsentRefused(
        mailbox=mailbox.address,
        agent=isolated(str(consent.given_by)),
        account=isolated(consent.account),
        day=format_date(consent.given_at, "long", locale=cldr_locale(get_language())),
        said=isolated(consent.said),
    )
