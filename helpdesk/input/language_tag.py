"""Languages as people's programs name them: by tags such as `en-GB`, or `pt_BR`."""

from __future__ import annotations


def language_of(tag: str) -> str:
    """Return the language of a tag, without its region."""
    return tag.replace("_", "-").partition("-")[0].lower()
