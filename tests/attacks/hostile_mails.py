"""Mails that mean harm, each by its number: the same number is the same mail wherever it is made."""

from __future__ import annotations

import io
import zipfile
import zlib
from base64 import b64encode, encodebytes
from collections.abc import Callable
from functools import cache
from random import Random
from typing import Final

from tests.helpdesk.mail.reading.raw_mails import multipart, part

HOSTILE_LINES: Final = (
    "\r\nBcc: victim@other.example",
    "\n\n<script>alert(1)</script>",
    "\r\n.\r\nMAIL FROM:<victim@other.example>",
    "=?utf-8?q?=0D=0ABcc:_victim@other.example?=",
    f"=?utf-8?b?{b64encode(b'x' + bytes([13, 10]) + b'Bcc: victim@other.example').decode()}?=",
    "\x85X-Theirs: yes",
    "\u2028X-Theirs: yes",
    "\u202egpj.exe",
    '"><img src=x onerror=alert(1)>',
    "{{ settings.SECRET_KEY }} {% debug %} %(name)s %s ${7*7}",
    "'; DROP TABLE helpdesk_ticket; --",
    "a" * 5000,
    "\x00\x01\x1b[2J",
)
"""What would be a line of its own, or more than words, if it were taken for what it looks like."""

HOSTILE_HTML: Final = (
    "<script>document.title='taken'</script>",
    "<img src=x onerror=\"document.title='taken'\">",
    "<svg><animate onbegin=\"document.title='taken'\" attributeName=x dur=1s></svg>",
    "<svg/onload=document.title='taken'>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    "<noscript><p title=\"</noscript><img src=x onerror=document.title='taken'>\"></noscript>",
    "<a href=\"java&#10;script:document.title='taken'\">here</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg=='>here</a>",
    "<iframe srcdoc=\"<script>parent.document.title='taken'</script>\"></iframe>",
    "<form action=//other.example><input name=password autofocus onfocus=document.title='taken'></form>",
    "<meta http-equiv=refresh content='0;url=//other.example'>",
    "<base href=//other.example/><link rel=stylesheet href=//other.example/x.css>",
    "<style>@import '//other.example/x.css'; * {background: url(//other.example/y)}</style>",
    "<object data=//other.example></object><embed src=//other.example>",
    "<div style=\"position:fixed;inset:0;background:url('//other.example/z')\">over all</div>",
    "<a name=body id=forms>x</a><form name=cookie id=getElementById></form>",
    "<details open ontoggle=document.title='taken'><summary>x</summary></details>",
    "<template><script>document.title='taken'</script></template><xmp><script>x</xmp>",
    "<!--[if gte IE 4]><script>document.title='taken'</script><![endif]-->",
    "<img src='//other.example/pixel.gif' width=1 height=1>",
)
"""What would act where it is shown; each that runs says so in the page's title."""


def hostile_mail(number: int) -> bytes:
    """Return a mail of one of the kinds, by a sender of its own, with hostile words wherever words can stand."""
    chance = Random(number)  # noqa: S311  # it has to be repeatable, not secret
    kind, body = _KINDS[number % len(_KINDS)]
    head = _head(number, chance, kind)
    return head.encode(errors="surrogateescape") + body(chance)


def _head(number: int, chance: Random, kind: str) -> str:
    bad = chance.choice(HOSTILE_LINES)
    lines = [
        f"From: {chance.choice(HOSTILE_LINES).replace(chr(10), ' ')} <writer{number}@strangers.example>",
        f"To: help@shop.example, {bad} <to{number}@strangers.example>",
        f"Subject: {kind} {chance.choice(HOSTILE_LINES)}",
        f"Message-ID: <{number}{chance.choice(['', '<', ' x', '@@', bad[:40]])}@strangers.example>",
        f"Date: {chance.choice(['Mon, 9 Mar 2020 09:00:00 +0000', '31 Feb 99999 99:99', '', bad])}",
        f"References: {' '.join(f'<{each}@strangers.example>' for each in range(chance.choice([0, 3, 3000])))}",
        f"X-Long: {'long ' * chance.choice([0, 20_000])}",
    ]
    return "\r\n".join(lines) + "\r\n"


def _html(chance: Random) -> bytes:
    return b"Content-Type: text/html; charset=utf-8\r\n\r\n" + _words(chance).encode()


def _words(chance: Random) -> str:
    return "<p>Where is my parcel?</p>" + "".join(chance.sample(HOSTILE_HTML, 4))


def _nested(chance: Random) -> bytes:
    inside = part("deep inside")
    for depth in range(chance.choice([3, 30, 300])):
        inside = multipart("multipart/mixed", inside, part("beside"), boundary=f"b{depth}")
    return inside


def _many_parts(chance: Random) -> bytes:
    return multipart("multipart/mixed", *(part(f"part {each}") for each in range(chance.choice([5, 3000]))))


def _bomb(chance: Random) -> bytes:
    named = chance.choice(HOSTILE_LINES[:9]).replace("\r\n", "")
    files = [
        part(
            encodebytes(content),
            kind,
            "Content-Transfer-Encoding: base64",
            f'Content-Disposition: {shown}; filename="{named}"',
        )
        for content, kind, shown in (
            (_zip_bomb(), "application/zip", "attachment"),
            (_picture_bomb(), "image/png", "inline"),
        )
    ]
    return multipart("multipart/mixed", part(_words(chance), "text/html"), *files)


@cache
def _zip_bomb() -> bytes:
    """A few kilobytes that say they are 64 megabytes, and hold another such file."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../etc/zeros", bytes(64 * 1024 * 1024))
    return packed.getvalue()


@cache
def _picture_bomb() -> bytes:
    """A picture that says that it is 60,000 by 60,000."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)

    size = (60_000).to_bytes(4) * 2 + bytes([8, 0, 0, 0, 0])
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", size)
        + chunk(b"IDAT", zlib.compress(bytes(1 << 20)))
        + chunk(b"IEND", b"")
    )


def _lying(chance: Random) -> bytes:
    kind = chance.choice(["utf-7", "idna", "rot13", "x" * 500, "utf-16", "../../etc/passwd"])
    coding = chance.choice(["base64", "quoted-printable", "x-uuencode", "gzip", "8bit"])
    body = bytes(chance.randrange(256) for _ in range(400))
    return (
        f"Content-Type: text/plain; charset={kind}\r\nContent-Transfer-Encoding: {coding}\r\n\r\n".encode()
        + body
    )


def _false_report(chance: Random) -> bytes:
    words = (
        "Final-Recipient: rfc822; help@shop.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        * chance.choice([1, 2000])
    )
    original = f"Message-ID: <{chance.choice(HOSTILE_LINES)[:60]}@shop.example>\r\n"
    return multipart(
        "multipart/report; report-type=delivery-status",
        part("It could not be delivered."),
        part(words, "message/delivery-status"),
        part(original, "text/rfc822-headers"),
    )


def _quotes(chance: Random) -> bytes:
    depth = chance.choice([5, 5000])
    return (
        b"\r\n"
        + "\r\n".join(
            f"{'>' * each} On Monday, Jon wrote:" for each in range(0, depth, max(1, depth // 200))
        ).encode()
    )


_KINDS: Final[tuple[tuple[str, Callable[[Random], bytes]], ...]] = (
    ("html", _html),
    ("nested", _nested),
    ("parts", _many_parts),
    ("bomb", _bomb),
    ("lying", _lying),
    ("report", _false_report),
    ("quotes", _quotes),
)
