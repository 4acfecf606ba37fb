"""The form of a mailbox. Passwords go in and never come out: it says whether one is kept, and takes another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Final

from django import forms
from django.core.validators import RegexValidator, validate_email
from django.utils.translation import gettext_lazy as _

from helpdesk.mail.consent import given_consents
from helpdesk.mail.consent.mail_providers import provider_of
from helpdesk.mail.history_request import MOST_DAYS
from helpdesk.models import Mailbox, MailboxMode, MailedReply, Queue, Store
from helpdesk.models.mail.mailbox import folded_address
from helpdesk.pages.frame.viewer import languages
from helpdesk.pages.setup.consent import sign_in_choice
from helpdesk.secrets import key_ring
from helpdesk.secrets.key_ring import NoKeyOpens

LTR: Final = {"dir": "ltr", "autocomplete": "off", "spellcheck": "false"}
WAYS: Final = ("imap", "smtp")
SAID_WITH_IT: Final = ("host", "port", "security", "login")
"""What says to whom a password goes, and how: it has to be typed again where any of it changes."""

GROUPS: Final = (
    (_("Address"), ("store", "address", "aliases", "queue", "mode")),
    (_("What customers read"), ("public_name", "locale", "greeting", "signature")),
    (_("Signing in"), (sign_in_choice.FIELD,)),
    (
        _("Reading"),
        ("imap_host", "imap_port", "imap_security", "imap_login", "imap_password", "folders", "sent_folder"),
    ),
    (
        _("Sending"),
        ("smtp_host", "smtp_port", "smtp_security", "same_login", "smtp_login", "smtp_password"),
    ),
)


class LinesField(forms.CharField):
    """Several things, one a line, each once; the validators are asked about each."""

    widget = forms.Textarea

    def __init__(self, *args: Any, each: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._each = each

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = (line.strip() for line in str(value or "").splitlines())
        return list(dict.fromkeys(line for line in lines if line))

    def run_validators(self, value: Any) -> None:
        for line in value if self._each else ():
            self._each(line)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.to_python(data) != (initial or []))


def _password() -> forms.CharField:
    one_line = RegexValidator(r"^[^\r\n]*\Z", _("A password is one line."))
    widget = forms.PasswordInput({"autocomplete": "new-password", "dir": "ltr"})
    return forms.CharField(
        label=_("Password"), strip=False, required=False, widget=widget, validators=[one_line]
    )


class MailboxForm(forms.ModelForm):  # type: ignore[type-arg]  # it cannot be subscripted when it runs
    """A mailbox, whose store is given once."""

    store = forms.ModelChoiceField(
        Store.objects.order_by("name", "id"), label=_("Store"), empty_label=_("Please choose")
    )
    address = forms.EmailField(label=_("Address"), widget=forms.EmailInput(LTR))
    aliases = LinesField(
        label=_("Other addresses"),
        required=False,
        each=validate_email,
        widget=forms.Textarea({**LTR, "rows": 2}),
        help_text=_("By which mail comes here too, one a line."),
    )
    queue = forms.ModelChoiceField(
        Queue.objects.in_use().order_by("name"),
        label=_("Queue"),
        empty_label=_("Please choose"),
        help_text=_("Who answers what comes here."),
    )
    mode = forms.ChoiceField(
        label=_("What Attend does"), choices=MailboxMode.choices, initial=MailboxMode.FULL
    )
    locale = forms.ChoiceField(label=_("Language"), choices=languages, initial="en")
    folders = LinesField(
        label=_("Folders that are read"),
        initial=["INBOX"],
        widget=forms.Textarea({"dir": "auto", "spellcheck": "false", "rows": 2}),
        help_text=_("One a line, as the server calls them."),
    )
    same_login = forms.BooleanField(
        label=_("With the login and password of reading"), required=False, initial=True
    )
    imap_password, smtp_password = _password(), _password()
    signs_in_by = forms.ChoiceField(
        label=_("How Attend signs in"),
        help_text=_("A provider brings its own servers: whatever is typed of them below is left out."),
    )

    class Meta:
        model = Mailbox
        fields = (
            "store", "address", "aliases", "queue", "mode", "public_name", "locale", "greeting", "signature",
            "signs_in_by",
            "imap_host", "imap_port", "imap_security", "imap_login", "folders", "sent_folder",
            "smtp_host", "smtp_port", "smtp_security", "smtp_login",
        )  # fmt: skip
        text = forms.Textarea({"dir": "auto", "rows": 2})
        widgets: ClassVar = {
            "greeting": text,
            "signature": text,
            "public_name": forms.TextInput({"dir": "auto"}),
            "sent_folder": forms.TextInput({"dir": "auto", "spellcheck": "false"}),
            **{f"{way}_{name}": forms.TextInput(LTR) for way in WAYS for name in ("host", "login")},
        }
        help_texts: ClassVar = {
            "public_name": _("Who customers see mail from, such as the name of the shop."),
            "greeting": _("How each answer begins, word for word, such as “Hello,”."),
            "signature": _("How each answer ends."),
            "imap_host": _("Empty where mail is brought to Attend by its API."),
            "imap_login": _("Often the address; of a shared mailbox the login of whoever may open it."),
            "sent_folder": _(
                "Where other programs keep what they send: an answer found there stops its clocks. It may be empty."
            ),
            "smtp_host": _("Empty where Attend only watches."),
            "smtp_login": _("Empty where the server asks for none."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mailbox = self.instance
        if mailbox.pk is not None:
            self.fields["store"].disabled = True
            self.fields["same_login"].initial = _is_same_login(mailbox)
        for way in WAYS:
            if getattr(mailbox, f"{way}_password"):
                self.fields[f"{way}_password"].help_text = _("Is set. Leave it empty to keep it.")
        sign_in_choice.offer(self, mailbox)

    def groups(self) -> Iterator[tuple[Any, list[forms.BoundField]]]:
        """Yield the fields as they stand together, under their headings."""
        for heading, names in GROUPS:
            if asked := [self[name] for name in names if name in self.fields]:
                yield heading, asked

    def clean_address(self) -> str:
        return folded_address(self.cleaned_data["address"])

    def clean_aliases(self) -> list[str]:
        return list(dict.fromkeys(map(folded_address, self.cleaned_data["aliases"])))

    def clean_mode(self) -> str:
        """Close no way out behind answers that still wait for it."""
        mode: str = self.cleaned_data["mode"]
        if (
            mode == MailboxMode.WATCH
            and MailedReply.objects.leaving().filter(mailbox=self.instance.pk).exists()
        ):
            raise forms.ValidationError(
                _("Answers are still leaving by it: let them leave first, or be refused.")
            )
        return mode

    def clean(self) -> dict[str, Any]:
        """Give the mailbox its store's environment, and refuse to say a kept password to somebody else."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if store := given.get("store"):
            self.instance.environment = store.environment
        given["aliases"] = [each for each in given.get("aliases", []) if each != given.get("address")]
        if not sign_in_choice.settle(self, given, self.instance):
            self._settle_logins(given)
        return given

    def _settle_logins(self, given: dict[str, Any]) -> None:
        given["same_login"] = bool(given.get("same_login") and given.get("imap_login"))
        if given["same_login"]:
            given["smtp_login"] = given["imap_login"]
        for way in WAYS:
            self._ask_again(way, given)

    def _ask_again(self, way: str, given: dict[str, Any]) -> None:
        """Refuse a password that is kept, where it would be said to another server, as somebody else, or openly."""
        typed_at = "imap_password" if given["same_login"] else f"{way}_password"
        kept = getattr(self.instance, typed_at)
        if not kept or given.get(typed_at) or not given.get(f"{way}_login") or typed_at in self.errors:
            return
        elsewhere = any(
            given.get(name) != self.initial[name] for name in (f"{way}_{of}" for of in SAID_WITH_IT)
        )
        if elsewhere or (given["same_login"] and "same_login" in self.changed_data):
            self.add_error(
                typed_at, _("Type the password again: it is kept for the server and login of before.")
            )

    def save_mailbox(self) -> Mailbox:
        """Write the mailbox down, its passwords closed."""
        mailbox: Mailbox = self.save(commit=False)
        for way in WAYS:
            self._keep_password(mailbox, way)
        if self.cleaned_data.get("same_login"):
            mailbox.smtp_password = mailbox.imap_password
        mailbox.save()
        given_consents.drop_others(mailbox)
        return mailbox

    def _keep_password(self, mailbox: Mailbox, way: str) -> None:
        """Close the one that was typed; where there is no login, or a provider, keep none."""
        column, typed = f"{way}_password", self.cleaned_data.get(f"{way}_password")
        if provider_of(mailbox) or not getattr(mailbox, f"{way}_login"):
            setattr(mailbox, column, "")
        elif typed:
            setattr(mailbox, column, key_ring.seal(typed))


def _is_same_login(mailbox: Mailbox) -> bool:
    return mailbox.smtp_login == mailbox.imap_login and _opened(mailbox.smtp_password) == _opened(
        mailbox.imap_password
    )


def _opened(sealed: str) -> str:
    """Return a secret, or, where no key opens it, what is kept of it: two of those are alike if they are the same."""
    try:
        return key_ring.unseal(sealed) if sealed else ""
    except NoKeyOpens:
        return sealed


class HistoryForm(forms.Form):
    """So many days; `seen` once it was said how much that is."""

    days = forms.IntegerField(
        label=_("Days back"),
        min_value=1,
        max_value=MOST_DAYS,
        initial=30,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )
    seen = forms.BooleanField(required=False, widget=forms.HiddenInput)
