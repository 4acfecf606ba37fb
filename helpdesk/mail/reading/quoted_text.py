"""What is new in a mail's text, and what was written before or is always written: quotes and signatures at its end."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from helpdesk.mail.reading.quote_words import (
    bare,
    ends_attribution,
    is_attribution,
    is_dated,
    is_divider,
    is_label,
    is_outlook_rule,
    is_rule,
    is_sent_from,
    is_subject,
    is_writer,
    names_writer,
)

LONGEST_ATTRIBUTION = 4
"""In lines, and in characters of all of them: programs break it where it gets long."""
LONGEST_ATTRIBUTION_TEXT = 600
LONGEST_SIGNATURE = 20
LONGEST_FOOTER = 8
"""In lines that say something."""


class SplitText(NamedTuple):
    """A text in two, which together are the text: what is new, and what can be folded."""

    new: str
    rest: str


def split_quotes(text: str) -> SplitText:
    """Find where only quotes and signatures are left; where nothing would be new, everything is.

    Words between or below quotes are new, and the quotes that they answer stay with them.
    """
    whole = text.split("\n")
    cut = _cut([bare(line) for line in whole])
    place = sum(len(line) + 1 for line in whole[:cut])
    return SplitText(text[:place], text[place:]) if text[:place].strip() else SplitText(text, "")


def _cut(lines: list[str]) -> int:
    """Return the line from which on all is old: first by what ends the new words, then back over what stands before."""
    cut = next((begin for at in range(len(lines)) if (begin := _old_from(lines, at)) is not None), len(lines))
    while (before := _back(lines, cut)) < cut:
        cut = before
    return _without_blanks(lines, cut) if cut < len(lines) else cut


def _old_from(lines: list[str], at: int) -> int | None:
    """Return where the old begins if this line says that all that follows is old."""
    line = lines[at]
    if not line or line.startswith(">"):
        return None
    if _is_signature(lines, at) or is_divider(line) or _is_footer(lines, at):
        return at
    if _is_header_block(lines, at):
        return _with_rule(lines, at)
    return _unmarked_quote(lines, at)


def _is_signature(lines: list[str], at: int) -> bool:
    return lines[at] == "--" and _said_after(lines, at) <= LONGEST_SIGNATURE


def _is_footer(lines: list[str], at: int) -> bool:
    """Tell whether a line across has a list's few lines below, with an address of the web among them."""
    few = is_rule(lines[at]) and _said_after(lines, at) <= LONGEST_FOOTER
    return few and any("://" in line for line in _after(lines, at))


def _said_after(lines: list[str], at: int) -> int:
    """Count the lines that are neither empty nor quoted, as far as it matters."""
    said = (line for line in _after(lines, at) if not line.startswith(">"))
    return sum(1 for _ in islice(said, LONGEST_SIGNATURE + 1))


def _after(lines: list[str], at: int) -> Iterator[str]:
    """Yield the lines below that say something."""
    return (lines[below] for below in range(at + 1, len(lines)) if lines[below])


def _is_header_block(lines: list[str], at: int) -> bool:
    """Tell whether the headers of another mail begin here: by their names, or below Outlook's line in any language.

    A form has fields too: only a subject or an address makes them headers.
    """
    known = is_writer(lines[at])
    if not known and not is_outlook_rule(lines[_above(lines, at)]):
        return False
    labelled = [line for line in islice(_after(lines, at), 5) if is_label(line, known=known)]
    if known:
        return len(labelled) >= 2 and ("@" in lines[at] or any(map(is_subject, labelled)))
    return (
        len(labelled) >= 3 and is_dated(labelled[0]) and any("@" in line for line in [lines[at], *labelled])
    )


def _with_rule(lines: list[str], at: int) -> int:
    above = _above(lines, at)
    return above if at and is_rule(lines[above]) else at


def _above(lines: list[str], at: int) -> int:
    """Return the nearest line above that says something, or the first."""
    return next((above for above in range(at - 1, max(at - 4, 0), -1) if lines[above]), max(at - 1, 0))


def _unmarked_quote(lines: list[str], at: int) -> int | None:
    """Return where an attribution begins that ends here, if no marks show how far its quote goes."""
    begin = _attribution(lines, at)
    if begin is None or not is_dated(" ".join(lines[begin : at + 1])):
        return None
    return None if next(_after(lines, at), ">").startswith(">") else begin


def _attribution(lines: list[str], at: int) -> int | None:
    """Return the first line of the attribution that ends on this one."""
    if not lines[at].endswith(":"):
        return None
    begins = range(at, max(at - LONGEST_ATTRIBUTION, -1), -1)
    texts = [(begin, " ".join(lines[begin : at + 1])) for begin in begins if all(lines[begin : at + 1])]
    short = [(begin, words) for begin, words in texts if len(words) <= LONGEST_ATTRIBUTION_TEXT]
    opened = (begin for begin, words in short if is_attribution(words))
    return next(opened, next((begin for begin, words in short if ends_attribution(words)), None))


def _back(lines: list[str], cut: int) -> int:
    """Step back once, over quotes with whoever wrote them, or over what a telephone adds."""
    end = _without_blanks(lines, cut)
    if end and is_sent_from(lines[end - 1]):
        return end - 1
    begin = end
    while begin and (lines[begin - 1].startswith(">") or not lines[begin - 1]):
        begin -= 1
    return cut if begin == end else _with_attribution(lines, begin, end)


def _with_attribution(lines: list[str], begin: int, end: int) -> int:
    """Return where the attribution of a quote begins: of a known language, or a line that introduces it."""
    last = _without_blanks(lines, begin)
    if not last:
        return begin
    first = _attribution(lines, last - 1)
    if first is None and _introduces(lines[last - 1]):
        first = last - 1
    return begin if first is None else first


def _introduces(line: str) -> bool:
    return names_writer(line) or (line.endswith(":") and is_dated(line))


def _without_blanks(lines: list[str], end: int) -> int:
    while end and not lines[end - 1]:
        end -= 1
    return end
