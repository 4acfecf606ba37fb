"""The forms by which another helpdesk's API is opened to us: whose account, and a token."""

from __future__ import annotations

import re
from base64 import b64encode
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from monitor.opinion.reading import foreign_api
from monitor.pages.opinion.opinion_form import OpinionForm

ADDRESS: Final = re.compile(r"^(?:https://)?([^./]+)(?:\.zendesk\.com)?/?$")


class TokenForm(forms.Form):
    """What lets us in. `authorization()` is what is said of it with each question (RFC 7617, RFC 6750)."""

    email = forms.EmailField(
        label=_("Email of the token's agent"),
        required=False,
        help_text=_("For an API token alone. Leave it empty for an OAuth token."),
        widget=forms.EmailInput({"dir": "ltr", "autocomplete": "off"}),
    )
    token = forms.CharField(
        label=_("Token"),
        max_length=1000,
        help_text=_(
            "Best an OAuth token of an admin with the scope “read”, which can do nothing else. It is kept encrypted "
            "and forgotten as soon as all is read."
        ),
        widget=forms.PasswordInput({"dir": "ltr", "autocomplete": "off"}),
    )

    def clean_token(self) -> str:
        token: str = self.cleaned_data["token"]
        if not all("!" <= sign <= "~" for sign in token):
            raise ValidationError(_("A token has letters, digits and signs, and no blanks."))
        return token

    def authorization(self) -> str:
        """Return the header: with an email that of an API token, without one that of OAuth."""
        email, token = self.cleaned_data["email"], self.cleaned_data["token"]
        if not email:
            return f"Bearer {token}"
        return f"Basic {b64encode(f'{email}/token:{token}'.encode()).decode()}"


class SourceForm(TokenForm, OpinionForm):
    """An account, what lets us in, and how it is to be counted."""

    account = forms.CharField(
        label=_("Account"),
        max_length=200,
        help_text=_("What stands before .zendesk.com."),
        widget=forms.TextInput({"dir": "ltr", "autocomplete": "off", "autocapitalize": "off"}),
    )

    def clean_account(self) -> str:
        """Return the name of the account, of which the whole address may be given."""
        given = self.cleaned_data["account"].strip().lower()
        found = ADDRESS.match(given)
        if not found or not foreign_api.ACCOUNT.fullmatch(found[1]):
            raise ValidationError(
                _("“%(account)s” is no account: give what stands before .zendesk.com."),
                params={"account": given},
            )
        return found[1]

    def read_as(self) -> dict[str, Any]:
        """Return how what is read is to be counted."""
        return {name: self.cleaned_data[name] for name in ("calendar", "robots")}
