"""Senders that hand on what somebody wrote in a form: the words are a customer's, the address is not.

An entry is an address, a domain as `@example.com`, or the part before the @ as `wordpress@`.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

SHIPPED: Final = frozenset(
    {
        "mailer@shopify.com",
        "no-reply@shopify.com",
        "noreply@bigcommerce.com",
        "form-submission@squarespace.info",
        "no-reply@squarespace.com",
        "noreply@jotform.com",
        "noreply@formspree.io",
        "noreply@typeform.com",
        "notifications@typeform.com",
        "forms-receipts-noreply@google.com",
        "@wix-forms.com",
        "@formsubmit.co",
        "wordpress@",
    }
)


def is_form_sender(address: str, *, added: Collection[str] = ()) -> bool:
    """Tell whether mail from here is a form's, by the shipped list and by what was added to it."""
    local, _, domain = address.lower().rpartition("@")
    spellings = {f"{local}@{domain}", f"@{domain}", f"{local}@"}
    return not spellings.isdisjoint(SHIPPED) or not spellings.isdisjoint(each.lower() for each in added)
