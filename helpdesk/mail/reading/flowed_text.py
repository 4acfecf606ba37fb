"""Lines that a mailer broke for the journey, put together again (RFC 3676)."""

from __future__ import annotations


def unflowed(text: str, *, delsp: bool) -> str:
    """Join lines that end in a blank with the next of the same depth of quotes; `delsp` drops that blank."""
    paragraphs: list[tuple[int, list[str], bool]] = []
    for line in text.split("\n"):
        depth, words = _taken_apart(line)
        flows = words.endswith(" ") and words != "-- "
        if paragraphs and paragraphs[-1][2] and paragraphs[-1][0] == depth and words != "-- ":
            paragraphs[-1][1].append(words[:-1] if flows and delsp else words)
            paragraphs[-1] = (depth, paragraphs[-1][1], flows)
        else:
            paragraphs.append((depth, [words[:-1] if flows and delsp else words], flows))
    return "\n".join(_line(depth, words) for depth, words, _ in paragraphs)


def _taken_apart(line: str) -> tuple[int, str]:
    """Return how deep a line is quoted, and what it says; a blank at its beginning was put there to protect it."""
    words = line.lstrip(">")
    return len(line) - len(words), words.removeprefix(" ")


def _line(depth: int, words: list[str]) -> str:
    return ">" * depth + (" " if depth and words != [""] else "") + "".join(words)
