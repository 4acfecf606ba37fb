"""The addresses that are ours: of all mailboxes of an environment, and that from which alerts come."""

from __future__ import annotations

from collections.abc import Collection

from django.conf import settings

from helpdesk.models import Mailbox, Store


def our_addresses(store: Store) -> Collection[str]:
    """Return them in lower case, as a mail of this store may be from them."""
    boxes = Mailbox.objects.in_environment(store.environment).values_list("address", "aliases")
    addresses = {address for own, aliases in boxes for address in (own, *aliases)}
    return {each.lower() for each in (*addresses, settings.DEFAULT_FROM_EMAIL)}
