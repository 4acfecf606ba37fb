"""What is asked of whoever logs in, or chooses a password."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as allauth
from allauth.core import context
from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.access import logins


def _email() -> forms.EmailField:
    widget = forms.EmailInput({"autocomplete": "username", "autofocus": True, "dir": "ltr"})
    return forms.EmailField(label=_("E-mail"), widget=widget)


def password_field(label: Any, autocomplete: str, help_text: Any = "") -> forms.CharField:
    """Return a field for a password that is typed as it is, blanks and all."""
    widget = forms.PasswordInput({"autocomplete": autocomplete})
    return forms.CharField(label=label, strip=False, widget=widget, help_text=help_text)


class LoginForm(allauth.LoginForm):  # type: ignore[misc]  # allauth has no types
    """E-mail and password; addresses are kept in lower case."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = _email()
        self.fields["password"] = password_field(_("Password"), "current-password")
        self.order_fields(["login", "password"])

    def add_prefix(self, field_name: str) -> str:
        """Call the e-mail what Django's own login calls it."""
        called: str = super().add_prefix("username" if field_name == "login" else field_name)
        return called


class _NewPassword(forms.Form):
    """A new password, typed twice; allauth's fields in our words, and checked by it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (("password1", _("The new password")), ("password2", _("The new password again"))):
            self.fields[name].label = label
            self.fields[name].widget.attrs.pop("placeholder", None)
        self.fields["password1"].help_text = _("A few words make a good one.")


class PasswordChangeForm(_NewPassword, allauth.ChangePasswordForm):  # type: ignore[misc]  # allauth has no types
    """The old password and a new one; whoever guesses at the old one is counted as at the login."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"] = password_field(_("Your password until now"), "current-password")
        self.order_fields(["oldpassword", "password1", "password2"])

    def clean_oldpassword(self) -> str:
        old: str = self.cleaned_data["oldpassword"]
        if not logins.knows_password(self.user, old, request=context.request):
            raise allauth.get_adapter().validation_error("enter_current_password")
        return old


class PasswordLinkForm(forms.Form):
    """Whose password is forgotten."""

    email = _email()


class PasswordByLinkForm(_NewPassword, allauth.ResetPasswordKeyForm):  # type: ignore[misc]  # allauth has no types
    """A new password for whoever has a link."""
