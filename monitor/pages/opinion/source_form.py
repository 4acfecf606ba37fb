"""The forms by which another helpdesk's API is opened to us: whose account, and a token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from monitor.models import ForeignVendor
from monitor.opinion.reading import let_in
from monitor.opinion.reading.api_trouble import ReadingRefused
from monitor.pages.opinion.opinion_form import OpinionForm

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

TOKENS: Final[dict[str, _StrPromise]] = {
    ForeignVendor.ZENDESK: _(
        "Best an OAuth token of an admin with the scope “read”, which can do nothing else. It is kept encrypted "
        "and forgotten as soon as all is read."
    ),
    ForeignVendor.FRESHDESK: _(
        "The API key of an agent who sees all tickets, from their profile. They have none that can only read. It is "
        "kept encrypted and forgotten as soon as all is read."
    ),
    ForeignVendor.GORGIAS: _(
        "Best an OAuth token with the scope “tickets:read” alone, or an API key. It is kept encrypted and forgotten as "
        "soon as all is read."
    ),
}
EMAILS: Final[dict[str, _StrPromise]] = {
    ForeignVendor.ZENDESK: _("For an API token alone. Leave it empty for an OAuth token."),
    ForeignVendor.GORGIAS: _("For an API key alone. Leave it empty for an OAuth token."),
}


class TokenForm(forms.Form):
    """What lets us in. `authorization()` is what is said of it with each question."""

    email = forms.EmailField(
        label=_("Email of the token's agent"),
        required=False,
        widget=forms.EmailInput({"dir": "ltr", "autocomplete": "off"}),
    )
    token = forms.CharField(
        label=_("Token"),
        max_length=1000,
        widget=forms.PasswordInput({"dir": "ltr", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, vendor: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.vendor = vendor
        self.fields["token"].help_text = TOKENS[vendor]
        if vendor in EMAILS:
            self.fields["email"].help_text = EMAILS[vendor]
        else:
            del self.fields["email"]

    def clean_token(self) -> str:
        token: str = self.cleaned_data["token"]
        if not let_in.is_token(token):
            raise ValidationError(_("A token has letters, digits and signs, and no blanks."))
        return token

    def authorization(self) -> str:
        """Return the header."""
        email = self.cleaned_data.get("email", "")
        return let_in.authorization(self.vendor, self.cleaned_data["token"], email)


class SourceForm(TokenForm, OpinionForm):
    """An account, what lets us in, and how it is to be counted."""

    account = forms.CharField(
        label=_("Account"),
        max_length=200,
        widget=forms.TextInput({"dir": "ltr", "autocomplete": "off", "autocapitalize": "off"}),
    )

    def __init__(self, *args: Any, vendor: str, **kwargs: Any) -> None:
        super().__init__(*args, vendor=vendor, **kwargs)
        self.fields["account"].help_text = gettext("What stands before %(host)s.") % {"host": _host(vendor)}

    def clean_account(self) -> str:
        """Return the name of the account, of which the whole address may be given."""
        given = self.cleaned_data["account"].strip().lower()
        try:
            return let_in.account_of(self.vendor, given)
        except ReadingRefused:
            told = _("“%(account)s” is no account: give what stands before %(host)s.")
            raise ValidationError(told, params={"account": given, "host": _host(self.vendor)}) from None

    def read_as(self) -> dict[str, Any]:
        """Return how what is read is to be counted."""
        return {name: self.cleaned_data[name] for name in ("calendar", "robots")}


def _host(vendor: str) -> str:
    """Return the end of their host, with its dot in front from right to left too."""
    return f"\u2066.{vendor}.com\u2069"
