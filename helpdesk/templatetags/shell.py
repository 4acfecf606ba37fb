"""Small pieces of the shell that every page uses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from django import template
from django.http import HttpRequest
from django.template import Context
from django.templatetags.static import static
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from helpdesk.input.mentioned_names import key_of, rewritten
from helpdesk.input.visible_text import one_line, unturned
from helpdesk.mail.composing.mail_body import legible_text
from helpdesk.mail.composing.text_blocks import marked_blocks
from helpdesk.models import Ticket

register = template.Library()

_TAG: Final = re.compile(r"(<[^>]*>)")
_JOINT: Final = re.compile(r"([@.])(?=.)")
_MAILTO: Final = re.compile(r'@<a href="mailto:[^>]*>([^<]*)</a>')


@register.filter
def subject(ticket: Ticket) -> str:
    """The words by which a ticket is opened: its subject, or its reference where there is nothing to see in that."""
    return one_line(unturned(ticket.subject)) or _("(no subject) %s") % ticket.reference


@register.filter
def glance(text: str | None) -> str:
    """The beginning of what somebody wrote, on one line of a list."""
    return one_line(unturned(text or ""))


@register.filter
def breakable(text: object) -> SafeString:
    """Say something that may be an address, which goes on in the next line after its `@` or a dot, never in a word."""
    plain = str(text)
    if "@" not in plain:
        return conditional_escape(plain)
    return SafeString(_JOINT.sub(r"\1<wbr>", escape(plain)))


@register.filter
def marked(text: str) -> SafeString:
    """What an agent has written, as its readers see it: with lists, and words that stand out or lead elsewhere."""
    way = "rtl" if get_language_bidi() else "ltr"
    return SafeString("".join(marked_blocks(legible_text(text), way=way)))


def mentions_marked(words: SafeString, names: Sequence[str]) -> SafeString:
    """Let those names stand out that stand after an `@` in what `marked` returned; its tags stay as they are.

    Who is mentioned by address is a colleague, to whom no mail is to be written.
    """
    escaped = [str(escape(name)) for name in names]
    keys = {key_of(name) for name in escaped}
    unlinked = _MAILTO.sub(lambda link: f"@{link[1]}" if key_of(link[1]) in keys else link[0], words)
    parts = _TAG.split(unlinked)
    parts[::2] = [rewritten(text, escaped, by="<mark><bdi>{}</bdi></mark>".format) for text in parts[::2]]
    return SafeString("".join(parts))


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of `icons.svg`, hidden from assistive technology: a word always stands beside it."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("helpdesk/icons.svg"), name,
    )  # fmt: skip


@register.simple_tag
def badge(name: str, word: str, level: str = "") -> SafeString:
    """An icon and a word; `level` is late, risk or nothing, and never stands by colour alone."""
    return format_html('<span class="badge {}">{}<span>{}</span></span>', level, icon(name), word)


@register.simple_tag(takes_context=True)
def here(context: Context, url: str) -> SafeString:
    """`aria-current` for a link to the page that is being shown."""
    request: HttpRequest | None = context.get("request")
    return SafeString('aria-current="page"' if request and request.path == url else "")
