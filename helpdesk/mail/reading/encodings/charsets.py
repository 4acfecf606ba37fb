"""From bytes to text, though the charset that a mail names is often not the one that it was written in."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

from helpdesk.input.visible_text import storable
from helpdesk.mail.reading.encodings.charset_guess import guessed_charset

_WIDER = {
    "ascii": "",
    "big5": "big5hkscs",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "shift_jis": "cp932",
    "tis-620": "cp874",
}
"""What is written by those who name the left one (WHATWG Encoding Standard); ASCII says nothing about other bytes."""

_ALSO_CALLED = {
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "ks_c_5601-1987": "cp949",
    "x-euc-jp": "euc_jp",
    "x-gbk": "gb18030",
    "x-sjis": "cp932",
    "x-mac-roman": "mac-roman",
    "unicode-1-1-utf-7": "utf-7",
}

_OF_MAIL = re.compile(
    r"ascii|big5\w*|cp\d+|euc_\w+|gb\w+|hz|iso2022_\w+|iso8859-\d+|johab|koi8-\w|kz1048|mac-\w+|ptcp154"
    r"|shift_jis\w*|tis-620|utf-(7|8|16|16-le|16-be|32|32-le|32-be)|utf-8-sig"
)
"""Charsets by the name that Python gives them: its other codecs unpack, escape, or take too long."""

_NOT_OVER_ASCII = re.compile(r"utf-7|utf-16.*|utf-32.*|hz|iso2022_\w+")
"""Charsets whose text can look like UTF-8 and is not."""

LONGEST_CHARSET = 40


def text_of(data: bytes, *, declared: str = "") -> str:
    """Return the text of these bytes, legible as far as possible, without NUL or half characters; never raises.

    UTF-8 that holds is UTF-8, whatever is declared: nothing else looks like it by chance.
    """
    charset = _known(declared)
    names = [charset, "utf-8"] if _NOT_OVER_ASCII.fullmatch(charset) else ["utf-8", charset]
    for name in filter(None, names):
        try:
            return storable(data.decode("utf-8-sig" if name == "utf-8" else name))
        except (UnicodeError, ValueError):
            continue
    return storable(data.decode(_nearest(data, charset), errors="replace"))


def _nearest(data: bytes, charset: str) -> str:
    """Choose for bytes that fit neither UTF-8 nor what they say: UTF-8 or theirs if a few are broken, else a guess."""
    if _few_broken(data):
        return "utf-8"
    return charset if charset not in {"", "utf-8"} else guessed_charset(data)


def _few_broken(data: bytes) -> bool:
    """Tell whether most that is not ASCII holds as UTF-8, as in a text that was cut within a character."""
    text = data[:4096].decode("utf-8", errors="replace")
    high = sum(sign > "\x7f" for sign in text)
    return text.count("\ufffd") * 4 < high


@lru_cache(maxsize=256)
def _known(declared: str) -> str:
    """Return Python's name of a declared charset, or of the one that is meant by it; empty if there is none."""
    said = declared.strip().lower()[:LONGEST_CHARSET]
    try:
        name = codecs.lookup(_ALSO_CALLED.get(said, said)).name
    except (LookupError, ValueError):
        return ""
    return _WIDER.get(name, name) if _OF_MAIL.fullmatch(name) else ""
