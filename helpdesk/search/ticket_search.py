"""The newest tickets in which a question's terms are found, best first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, LiteralString, NamedTuple

from helpdesk.database.statement import run
from helpdesk.models import Status
from helpdesk.search import facets
from helpdesk.search.search_terms import SearchTerm

MOST_HITS: Final = 1_000
"""The newest of what is found; of them the best come first."""
ENOUGH: Final = 20
"""With as many, nobody looks for words that only begin so."""
BEARABLE: Final = 8_000
"""Hits that are read at once, however old; of a more common word only the newest are."""
SHORTEST_PART: Final = 3
ASIDE: Final = (Status.SPAM, Status.DELETED)
"""Left out unless they are asked for."""


class SearchHit(NamedTuple):
    """A ticket that was found, and whether by its head: subject, names or ids."""

    ticket_id: int
    by_head: bool
    asked_at: datetime
    is_cut: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchFilter:
    """Among which tickets is searched; without queues among all of them."""

    environment: str
    queue_ids: Sequence[int] | None = None
    store_id: int | None = None
    statuses: Sequence[str] = ()
    asked_from: date | None = None
    asked_to: date | None = None

    @property
    def narrowing(self) -> list[str]:
        """Return the parts of a tsquery to which this comes."""
        alternatives = [[facets.of_environment(self.environment)]]
        if self.queue_ids is not None:
            alternatives.append([facets.of_queue(queue) for queue in self.queue_ids])
        if self.store_id is not None:
            alternatives.append([facets.of_store(self.store_id)])
        if self.statuses:
            alternatives.append([facets.of_status(status) for status in self.statuses])
        if self.asked_from and self.asked_to:
            alternatives.append(facets.months(self.asked_from, self.asked_to))
        without = [] if self.statuses else ["!" + _any_of(facets.of_status(status) for status in ASIDE)]
        return [_any_of(each) for each in alternatives if each] + without


class _Rule(NamedTuple):
    """A condition on a row, and the value for it."""

    sql: LiteralString
    value: str


def find(terms: Sequence[SearchTerm], within: SearchFilter) -> list[SearchHit]:
    """Return what has all terms, the newest thousand, best first: found by their heads, then asked last.

    Where whole words find little, the last one may go on; where that finds nothing, the terms may be parts of words
    in subject, names and ids.
    """
    if not terms or within.queue_ids == []:
        return []
    plain = [_one_of(term.ways) for term in terms]
    found = {hit.ticket_id: hit for hit in _newest(plain, within)}
    if len(found) < ENOUGH and terms[-1].begins:
        begun = [*plain[:-1], f"({plain[-1]} | {_quoted(terms[-1].begins)}:*)"]
        found |= {hit.ticket_id: hit for hit in _newest(begun, within)}
    if not found and (parts := _parts(terms)):
        found = {hit.ticket_id: hit for hit in _by_parts(parts, within)}
    return sorted(found.values(), key=lambda hit: (hit.by_head, hit.asked_at, hit.ticket_id), reverse=True)


def _newest(terms: Sequence[str], within: SearchFilter) -> list[SearchHit]:
    """Look among the newest tickets first, then among as many as seem to have enough, until few can be left."""
    [(latest,)] = run("SELECT coalesce(max(ticket_id), 0) FROM helpdesk_searchrow", ())
    sought, narrowed, share = " & ".join(terms), [*terms, *within.narrowing], 1.0
    for step in facets.STEPS:
        seen = facets.number_of_newest(latest, step)
        if latest <= seen or share * latest < BEARABLE:
            break
        if share * seen < MOST_HITS:
            continue
        hits = _ask(sought, [*narrowed, _any_of(facets.newest(latest, step))], within)
        if len(hits) >= MOST_HITS:
            return hits
        share = len(hits) / seen
    return _ask(sought, narrowed, within)


def _ask(sought: str, narrowed: Sequence[str], within: SearchFilter) -> list[SearchHit]:
    return _hits(sought, _Rule("words @@ %s::tsquery", " & ".join(narrowed)), within)


def _by_parts(parts: Sequence[str], within: SearchFilter) -> list[SearchHit]:
    """Look for parts of words in subject, names and ids."""
    like = [_Rule("head LIKE %s", f"%{_literally(part)}%") for part in parts]
    narrowing = _Rule("words @@ %s::tsquery", " & ".join(within.narrowing))
    return [hit._replace(by_head=True) for hit in _hits(narrowing.value, narrowing, within, *like)]


def _parts(terms: Sequence[SearchTerm]) -> list[str]:
    """Return of each term the longest word that it is found by; none where one is too short to be looked for."""
    parts = [max((word for way in term.ways for word in way), key=len).lstrip("~") for term in terms]
    return parts if all(len(part) >= SHORTEST_PART for part in parts) else []


def _hits(sought: str, rule: _Rule, within: SearchFilter, *more: _Rule) -> list[SearchHit]:
    rules = [rule, *more, *_bounds(within)]
    where: LiteralString = " AND ".join(each.sql for each in rules)
    sql: LiteralString = f"""
        SELECT ticket_id, heads @@ %s::tsquery, asked_at, is_cut
          FROM helpdesk_searchrow
         WHERE {where}
         ORDER BY ticket_id + 0 DESC
         LIMIT %s
    """  # noqa: S608  # our own conditions; the sum keeps the planner from walking through all tickets
    asked = (sought, *(each.value for each in rules), MOST_HITS)
    return [SearchHit(*row) for row in run(sql, asked, prepare=False)]


def _bounds(within: SearchFilter) -> list[_Rule]:
    """Return what the index of words does not know: the very days."""
    rules = []
    if within.asked_from:
        rules.append(_Rule("asked_at >= %s::date", within.asked_from.isoformat()))
    if within.asked_to:
        rules.append(_Rule("asked_at < %s::date + 1", within.asked_to.isoformat()))
    return rules


def _one_of(ways: Iterable[Sequence[str]]) -> str:
    return "(" + " | ".join("(" + " & ".join(map(_quoted, way)) + ")" for way in ways) + ")"


def _any_of(words: Iterable[str]) -> str:
    return "(" + " | ".join(map(_quoted, words)) + ")"


def _quoted(word: str) -> str:
    """Write a word as `tsquery` reads it, whatever is in it."""
    doubled = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"


def _literally(part: str) -> str:
    return part.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
