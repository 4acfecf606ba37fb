"""What tables said at a moment, under their own names: whatever asks for them in this transaction asks the past.

Temporary views stand before the tables. What is only ever added to is cut off at the moment; of a ticket that has
changed since, rows that were worked out anew stand in for its own. Nothing of it outlasts the transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Final, TypeAlias

from django.apps import apps
from django.db import connection
from django.db.models import Model

CUT: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "helpdesk.TicketEvent": ("recorded_at", ("relayed_at", "set_aside_at", "retry_at")),
    "helpdesk.Inquiry": ("asked_at", ("answered_at",)),
    "helpdesk.MessageParty": ("", ("failed_at",)),
    "helpdesk.MailedReply": ("", ("refused_at",)),
    "helpdesk.Queue": ("", ("retired_at",)),
    "monitor.PolicyVersion": ("created_at", ()),
    "monitor.CalendarVersion": ("created_at", ()),
    "monitor.Objective": ("created_at", ()),
    "monitor.ClosedMonth": ("closed_at", ()),
    "monitor.Excusal": ("excused_at", ("taken_back_at",)),
    "monitor.BreachCause": ("named_at", ()),
}
"""What a row is there since, and which of its instants nobody knew while they lay ahead."""

OWN: Final[Mapping[str, str]] = {
    "queue_id": "queue_id", "assignee_id": "assignee_id", "status": "status", "priority": "priority",
    "tier": "words->>0", "topic_id": "topic_id", "merged_into_id": "merged_into_id", "last_seq": "last_seq",
    "last_event_at": "last_event_at", "updated_at": "changed_at", "waiting_since": "waiting_since",
    "unacknowledged_since": "unacknowledged_since", "begun": "begun",
}  # fmt: skip
"""What is told of a ticket by its events: its column, and that of `past_ticket`; its tags besides."""
_TAGS: Final = "ARRAY(SELECT jsonb_array_elements_text(was.words->1))::varchar[]"


def stand_before(at: datetime) -> None:
    """Let views stand before the tables until the transaction ends; what they need is there by now, and empty."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        [schema] = cursor.fetchone()
        for name, query in _views(schema, f"'{at.isoformat()}'::timestamptz"):
            cursor.execute(f"CREATE TEMP VIEW {name} AS {query}")
        cursor.execute(f"SET LOCAL search_path = pg_temp, {schema}")


def _views(schema: str, moment: str) -> Iterator[tuple[str, str]]:
    """Yield the name of each table that said something else then, and what it said."""
    for label, (since, later) in CUT.items():
        table = _Table(schema, label)
        yield table.name, _cut(table, since, later, moment)
    for label, query in _QUERIES.items():
        table = _Table(schema, label)
        yield table.name, query(table, moment)


class _Table:
    """A table as it stands behind its view: its columns, and where it is."""

    def __init__(self, schema: str, label: str) -> None:
        model: type[Model] = apps.get_model(label)
        self.name = model._meta.db_table  # noqa: SLF001  # the documented way to a model's columns
        self.columns = [one.column for one in model._meta.concrete_fields if one.column]  # noqa: SLF001  # as above
        self.place = f"{schema}.{self.name}"

    def selected(self, otherwise: Mapping[str, str] | None = None, *, of: str = "kept") -> str:
        """Return its columns as a SELECT lists them, some of them said otherwise."""
        said = otherwise or {}
        return ", ".join(f'{said.get(name, f"{of}.{name}")} AS "{name}"' for name in self.columns)


def _cut(table: _Table, since: str, later: tuple[str, ...], moment: str) -> str:
    unknown = {name: f"CASE WHEN kept.{name} <= {moment} THEN kept.{name} END" for name in later}
    there = f"kept.{since} <= {moment}" if since else "true"
    return f"SELECT {table.selected(unknown)} FROM {table.place} AS kept WHERE {there}"  # noqa: S608  # our own names


def _tickets(table: _Table, moment: str) -> str:
    own = {
        column: f"CASE WHEN was.ticket_id IS NULL THEN kept.{column} ELSE was.{said} END"
        for column, said in OWN.items()
    }
    own["tags"] = f"CASE WHEN was.ticket_id IS NULL THEN kept.tags ELSE {_TAGS} END"
    own["customer_id"] = "coalesce(was.customer_id, kept.customer_id)"
    own["claim_ends_at"] = "NULL::timestamptz"
    return f"""
        SELECT {table.selected(own)}
          FROM {table.place} AS kept LEFT JOIN past_ticket was ON was.ticket_id = kept.id
         WHERE NOT EXISTS (SELECT FROM past_changed changed WHERE changed.ticket_id = kept.id AND first_later = 1)
    """  # noqa: S608  # our own names


_Query: TypeAlias = Callable[[_Table, str], str]


def _beside(past: str, *, instead_of: str = "past_changed") -> _Query:
    """Return what says a table without the tickets that have changed, and beside it what was worked out of them."""

    def query(table: _Table, _moment: str) -> str:
        return f"""
            SELECT {table.selected()} FROM {table.place} AS kept
             WHERE NOT EXISTS (SELECT FROM {instead_of} changed WHERE changed.ticket_id = kept.ticket_id)
         UNION ALL
            SELECT {table.selected(of="was")} FROM {past} AS was
        """  # noqa: S608  # our own names

    return query


def _messages(table: _Table, moment: str) -> str:
    return f"""
        SELECT {table.selected()} FROM {table.place} AS kept
         WHERE received_at <= {moment} AND NOT EXISTS (SELECT FROM past_message was WHERE was.id = kept.id)
     UNION ALL
        SELECT {table.selected({"ticket_id": "was.ticket_id"})}
          FROM past_message was JOIN {table.place} AS kept ON kept.id = was.id WHERE received_at <= {moment}
    """  # noqa: S608  # our own names


def _flags(table: _Table, moment: str) -> str:
    """Return flags as they were: whether one was in hand stands in the news of it, once it was put back."""
    said = {
        "withdrawn_at": f"CASE WHEN kept.withdrawn_at <= {moment} THEN kept.withdrawn_at END",
        "settled_at": "CASE WHEN was.id IS NULL THEN kept.settled_at ELSE was.ended_at END",
        "acknowledged_at": f"""CASE WHEN kept.acknowledged_at <= {moment} THEN kept.acknowledged_at ELSE (
            SELECT CASE WHEN news.change = 'acknowledged' THEN news.at END FROM monitor_news news
             WHERE news.flag_id = kept.id AND news.at <= {moment} AND news.change IN ('acknowledged', 'reopened')
          ORDER BY news.id DESC LIMIT 1) END""",  # noqa: S608  # our own names
    }
    return f"""
        SELECT {table.selected(said)} FROM {table.place} AS kept LEFT JOIN past_clock was ON was.id = kept.clock_id
         WHERE kept.noticed_at <= {moment}
    """  # noqa: S608  # our own names


def _freezes(table: _Table, moment: str) -> str:
    """Return freezes as they were: one that somebody ended later had no end."""
    said = {
        "ends_at": f"CASE WHEN kept.ended_by_id IS NULL OR kept.ends_at <= {moment} THEN kept.ends_at END",
        "taken_back_at": f"CASE WHEN kept.taken_back_at <= {moment} THEN kept.taken_back_at END",
    }
    return f"SELECT {table.selected(said)} FROM {table.place} AS kept WHERE made_at <= {moment}"  # noqa: S608  # our own names


def _nothing(table: _Table, _moment: str) -> str:
    return f"SELECT {table.selected()} FROM {table.place} AS kept WHERE false"  # noqa: S608  # our own names


_QUERIES: Final[Mapping[str, _Query]] = {
    "helpdesk.Ticket": _tickets,
    "helpdesk.Message": _messages,
    "helpdesk.Snooze": _beside("past_snooze"),
    "helpdesk.Absence": _nothing,
    "monitor.Clock": _beside("past_clock"),
    "monitor.Standing": _beside("past_standing"),
    "monitor.Flag": _flags,
    "monitor.Freeze": _freezes,
    "monitor.FrozenClock": _beside("past_frozen", instead_of="past_thawed"),
    "monitor.FirstResolution": _beside("past_resolution", instead_of="past_resolved"),
}
"""What is not merely cut off at the moment."""
