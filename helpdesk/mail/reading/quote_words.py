"""How people's mail programs say “here begins what was written before”, in the languages that customers write in.

A line is looked at without marks of direction, stars and outer blanks: `bare` makes it so.
"""

from __future__ import annotations

import re

_UNSEEN = dict.fromkeys([0x200B, 0x200E, 0x200F, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_BLANK = {0xA0: " ", 0x202F: " ", 0x2009: " "}

_OPENED = re.compile(
    r"(on|am|le|el|il|em|op|den)\b.*(wrote|schrieb|a écrit|escribió|ha scritto|escreveu|schreef|skrev)\b[^:]{0,200}:"
    r"|(ב-|ביום|בתאריך|בתאריך:?|מאת)\b.*(כתב|כתבה|כתב/ה|כתבו|@[^:]*):",
    re.IGNORECASE,
)
"""From its first word to its last; what only ends like one begins on the line that has an address or a date."""

_ENDED = re.compile(
    r".*@.*\b(wrote|writes|schrieb|a écrit|escribió)\b[^:]{0,40}:"
    r"|.*(כתב|כתבה|כתב/ה|כתבו) ?:|.*(எழுதியது|எழுதினார்|எழுதியவர்) ?:"
    r"|.*\d{4}[-/.]\d\d?[-/.]\d\d?.*@.*:",
    re.IGNORECASE,
)
_NAMED = re.compile(r"\S+( \S+){0,4} (wrote|writes|schrieb|a écrit|escribió) ?:", re.IGNORECASE)
_DATED = re.compile(r"\d{1,2}[:.h]\d\d|\b(19|20)\d\d\b|@")

_DIVIDERS = re.compile(
    r"-{2,} ?(original(e| message| appointment)|ursprüngliche nachricht|message d['’]origine|mensaje original"
    r"|הודעה מקורית|அசல் செய்தி|forwarded message|weitergeleitete nachricht|message transféré|mensaje reenviado"
    r"|הודעה שהועברה|முன்னனுப்பிய செய்தி)[^-]{0,40}-{2,}"
    r"|(begin forwarded message|anfang der weitergeleiteten (nachricht|e-mail)|début du message (transféré|réexpédié)"
    r"|inicio del mensaje reenviado|תחילת ההודעה שהועברה) ?:",
    re.IGNORECASE,
)
_FORWARDED = re.compile(
    r"-{2,} ?(forwarded message|weitergeleitete nachricht|message transféré|mensaje reenviado|הודעה שהועברה"
    r"|முன்னனுப்பிய செய்தி)|(begin forwarded message|anfang der weitergeleiteten|début du message (transf|réexp)"
    r"|inicio del mensaje reenviado|תחילת ההודעה שהועברה)",
    re.IGNORECASE,
)
_FORWARD_SUBJECTS = re.compile(
    r"(?:[^\s:]{1,9} ?: ?){0,3}(fwd?|wg|tr|rv|enc|vb|doorst|הועבר|העברה|முன்னனுப்பு) ?:", re.IGNORECASE
)
_WRITERS = re.compile(r"(from|von|de|da|מאת|அனுப்புநர்|அனுப்பியவர்) ?:", re.IGNORECASE)
_OTHER_LABELS = re.compile(
    r"(sent|date|to|cc|subject|reply-to|gesendet|datum|an|betreff|envoyé|à|objet|enviado|enviado el|fecha|para|asunto"
    r"|נשלח|תאריך|אל|עותק|נושא|அனுப்பியது|அனுப்பப்பட்டது|தேதி|பெறுநர்|பொருள்) ?:",
    re.IGNORECASE,
)
_LABEL = re.compile(r"[^\s:>][^:>]{0,24}: ?\S.*")
_SUBJECTS = re.compile(r"(subject|betreff|objet|asunto|נושא|பொருள்) ?:", re.IGNORECASE)
_OUTLOOK_RULE = re.compile(r"_{20,}")
_RULE = re.compile(r"[_\-=─━*]{10,}")

_SENT_FROM = re.compile(
    r"(sent (from|via)|von meinem|gesendet (von|mit)|diese nachricht wurde von|envoyé (de|depuis|à partir)"
    r"|enviado desde|נשלח מ|get outlook for|outlook für|télécharger outlook|obtener outlook)[^.,;!?]{1,60}"
    r"|.{1,60}(இலிருந்து|இருந்து) அனுப்பப்பட்டது",
    re.IGNORECASE,
)
_LINK = re.compile(r" ?<https?://[^<>]*>\Z")
MOST_WORDS = 10


def bare(line: str) -> str:
    """Return the line without what programs put around its words."""
    return line.translate(_UNSEEN).translate(_BLANK).strip(" \t\r*")


def is_attribution(words: str) -> bool:
    """Tell whether these words name who wrote what follows, and when, from their first word on."""
    return _OPENED.fullmatch(words) is not None


def ends_attribution(words: str) -> bool:
    """Tell whether these words end as those that name who wrote what follows."""
    return _ENDED.fullmatch(words) is not None


def names_writer(line: str) -> bool:
    """Tell whether this line says that somebody wrote what follows, and no more: no quote without marks begins so."""
    return _NAMED.fullmatch(line) is not None


def is_dated(words: str) -> bool:
    """Tell whether there is a time, a year or an address in these words, as programs write them and people do not."""
    return _DATED.search(words) is not None


def is_divider(line: str) -> bool:
    return _DIVIDERS.match(line) is not None


def is_forward(line: str) -> bool:
    """Tell whether this line says that somebody hands on what follows."""
    return _FORWARDED.match(line) is not None


def is_forward_subject(subject: str) -> bool:
    """Tell whether a mail with this subject hands on another."""
    return _FORWARD_SUBJECTS.match(bare(subject)) is not None


def is_writer(line: str) -> bool:
    """Tell whether this line can be the first of a block of headers."""
    return _WRITERS.match(line) is not None


def is_label(line: str, *, known: bool) -> bool:
    """Tell whether this is another line of such a block: of a language that is known, or of any."""
    return (_OTHER_LABELS if known else _LABEL).match(line.replace("*", "")) is not None


def is_subject(line: str) -> bool:
    return _SUBJECTS.match(line.replace("*", "")) is not None


def is_outlook_rule(line: str) -> bool:
    """Tell whether this is the line that Outlook draws over a quote, in any language."""
    return _OUTLOOK_RULE.fullmatch(line) is not None


def is_rule(line: str) -> bool:
    return _RULE.fullmatch(line) is not None


def is_sent_from(line: str) -> bool:
    """Tell whether a telephone has written this line."""
    words = _LINK.sub("", line).rstrip(".")
    return _SENT_FROM.fullmatch(words) is not None and len(words.split()) <= MOST_WORDS
