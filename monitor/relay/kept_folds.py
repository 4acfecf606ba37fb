"""The folds that long tickets keep: what their first events have made of them, read and written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from helpdesk.database.statement import Statement, given, ids, of, rows, run
from monitor.clock.book.policy import Book
from monitor.clock.checkpoint import Checkpoint, reaches_behind
from monitor.clock.replay import KEPT_OUT, RENEWED_EVERY, Event, checkpoint
from monitor.relay.zone_data import zone_data


class TicketStory(NamedTuple):
    """What the clocks of a ticket are folded from: all its events, or those `since` a checkpoint."""

    events: Sequence[Event]
    since: Checkpoint | None = None

    @property
    def known(self) -> int:
        """Return how many events it knows of, those in the checkpoint too."""
        return len(self.events) + (0 if self.since is None else self.since.events)

    @property
    def last_folded(self) -> int:
        """Return the number of the last event in the checkpoint, 0 without one."""
        return 0 if self.since is None else self.since.last_seq


class StoredFold(NamedTuple):
    """A kept fold as it is stored."""

    last_seq: int
    checkpoint: dict[str, Any]


def since(kept: StoredFold, later: Iterable[Event], book: Book) -> Checkpoint | None:
    """Return the checkpoint to go on from with the later events; None where only all of them will do."""
    known = Checkpoint.from_builtins(kept.checkpoint, book, zones=zone_data())
    return None if known is None or reaches_behind(later, known) else known


def is_true(kept: StoredFold, events: Sequence[Event], book: Book) -> bool:
    """Whether a kept fold is what these events, all of the ticket's, say; or nobody would go on from it."""
    known = Checkpoint.from_builtins(kept.checkpoint, book, zones=zone_data())
    if known is None:
        return True
    again = checkpoint(events, book, zones=zone_data(), keep=max(len(events) - known.events, 0), every=1)
    return again is not None and _plain(again) == (kept.last_seq, kept.checkpoint)


def read(ticket_ids: Sequence[int]) -> dict[int, StoredFold]:
    """Return the folds that these tickets keep."""
    return read_from(run(*of(ticket_ids, KEPT)))


def read_from(found: Iterable[tuple[Any, ...]]) -> dict[int, StoredFold]:
    """Return the folds in the rows that `KEPT` has found."""
    return {ticket_id: StoredFold(last_seq, msgspec.json.decode(said)) for ticket_id, last_seq, said in found}


def statements(
    stories: Mapping[int, TicketStory], book: Book, *, keeping: Collection[int]
) -> Iterator[Statement]:
    """Yield what lets tickets keep a fold of what no undo reaches any more, once there is enough of it.

    Those that are `keeping` one from which nobody could go on lose it, or keep a new one.
    """
    made = {pk: new for pk, story in sorted(stories.items()) if (new := _renewed(story, book)) is not None}
    lost = sorted(pk for pk in keeping if pk not in made and stories[pk].since is None)
    if lost:
        yield _LOSE, (ids(lost),)
    if made:
        yield _KEEP, [rows((pk, *_plain(new)) for pk, new in made.items())]


def _renewed(story: TicketStory, book: Book) -> Checkpoint | None:
    if len(story.events) < KEPT_OUT + RENEWED_EVERY:
        return None
    return checkpoint(
        story.events, book, zones=zone_data(), since=story.since, keep=KEPT_OUT, every=RENEWED_EVERY
    )


def _plain(made: Checkpoint) -> tuple[int, Any]:
    """Return a checkpoint as it is stored and read again."""
    return made.last_seq, msgspec.json.decode(msgspec.json.encode(made.to_builtins()))


KEPT = """
    SELECT ticket_id, last_seq, checkpoint FROM monitor_keptfold WHERE ticket_id = ANY(%s::bigint[])
"""

_LOSE = "DELETE FROM monitor_keptfold WHERE ticket_id = ANY(%s::bigint[]) RETURNING ticket_id"

_KEEP = f"""
    INSERT INTO monitor_keptfold AS kept (ticket_id, last_seq, checkpoint)
    SELECT ticket_id, last_seq, checkpoint
      FROM {given("ticket_id bigint", "last_seq bigint", "checkpoint jsonb")}
    ON CONFLICT (ticket_id) DO UPDATE
       SET last_seq = excluded.last_seq, checkpoint = excluded.checkpoint
    RETURNING ticket_id
"""  # noqa: S608  # the columns are those here
