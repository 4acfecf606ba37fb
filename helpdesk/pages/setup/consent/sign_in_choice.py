"""How a mailbox is signed in to, as its form asks: a provider brings its own servers, and needs no password."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.mail.consent.mail_providers import providers
from helpdesk.models import Mailbox, SignIn

FIELD: Final = "signs_in_by"
OF_PASSWORDS: Final = (
    "imap_host", "imap_port", "imap_security", "imap_password",
    "smtp_host", "smtp_port", "smtp_security", "same_login", "smtp_login", "smtp_password",
)  # fmt: skip
"""What a provider knows better."""


def offer(form: forms.BaseForm, mailbox: Mailbox) -> None:
    """Ask how, where there is a choice; of a mailbox that has a provider ask nothing that the provider brings."""
    choices = [
        (value, label)
        for value, label in SignIn.choices
        if value in {SignIn.PASSWORD, mailbox.signs_in_by} or _is_registered(value)
    ]
    if len(choices) == 1:
        del form.fields[FIELD]
        return
    asked: Any = form.fields[FIELD]
    asked.choices = choices
    if mailbox.signs_in_by in providers():
        for name in OF_PASSWORDS:
            del form.fields[name]
        asked.help_text = ""
        form.fields["imap_login"].help_text = _(
            "Empty where it is the address. Google lets each account in as itself alone; a shared mailbox of "
            "Microsoft is entered by its own address, with the consent of somebody who may open it."
        )


def settle(form: forms.BaseForm, given: dict[str, Any], mailbox: Mailbox) -> bool:
    """Put a provider's servers in the place of whatever was typed; return whether the mailbox has a provider."""
    provider = providers().get(given.get(FIELD) or mailbox.signs_in_by)
    if provider is None:
        return False
    settled = {**provider.columns(), "smtp_login": given.get("imap_login", "")}
    given.update({name: value for name, value in settled.items() if name in form.fields})
    for name, value in settled.items():
        setattr(mailbox, name, value)
    mailbox.imap_password = mailbox.smtp_password = ""
    return True


def _is_registered(sign_in: str) -> bool:
    provider = providers().get(sign_in)
    return provider is not None and provider.client is not None
