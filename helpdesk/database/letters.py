"""Whether the database knows the letters of all scripts: with those of English alone, nothing else could be found."""

from __future__ import annotations

from typing import Final

from django.db import connection

UNKNOWN_LETTERS: Final = (
    "The database %(name)s does not know the letters of all scripts (encoding %(encoding)s, LC_CTYPE %(ctype)s): "
    "what is written in Tamil or Hebrew could not be found. Make another one, by createdb --template template0 "
    "--encoding UTF8 --locale C.UTF-8, and bring what is in this one there by manage.py backup and restore."
)


def unknown_letters() -> str:
    """Return a sentence that says so where letters are not known; nothing where they are."""
    with connection.cursor() as cursor:
        cursor.execute(_MADE_AS)
        name, encoding, ctype = cursor.fetchone()
        known = encoding == "UTF8"
        if known:
            cursor.execute(_KNOWS_LETTERS)
            [known] = cursor.fetchone()
    return "" if known else UNKNOWN_LETTERS % {"name": name, "encoding": encoding, "ctype": ctype}


_MADE_AS: Final = """
    SELECT datname, pg_encoding_to_char(encoding), datctype FROM pg_database WHERE datname = current_database()
"""
_KNOWS_LETTERS: Final = r"SELECT 'க' ~ '^\w$' AND 'ש' ~ '^\w$' AND lower('É') = 'é'"
"""Asked where the encoding can write them."""
