"""What kinds of jobs there are; `settings.JOB_KINDS` names them, whichever app they belong to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from helpdesk.models import Job

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class NextStep(Enum):
    """What is to happen after a step."""

    FOLLOWS = "follows"
    WAITS = "waits"  # for something that is not so yet; nothing was done
    NEVER = "never"  # that was the last one


class UndoneThing(NamedTuple):
    """Something that could not be done: its reference, id or line, and why."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class JobStep:
    """What one step has come to; it is written down in the step's own transaction.

    `done` and `errors` are those of this step alone. A `total` or `result` that is not given stays as it was.
    """

    then: NextStep
    state: Mapping[str, Any]
    done: int = 0
    total: int | None = None
    errors: Sequence[UndoneThing] = ()
    result: Mapping[str, Any] | None = None


class JobRunner(Protocol):
    """Does the next step of a job, by at most `limit` things, beginning at its `state`.

    It is called in the transaction in which the job's row is locked, and should take a second or less. What it
    raises undoes the step: what passes (a deadlock, a lost connection) is tried again, anything else ends the job.
    """

    def __call__(self, job: Job, /, *, now: datetime, limit: int) -> JobStep: ...


@dataclass(frozen=True, slots=True)
class JobOffer:
    """A job that an admin can ask for by one button: its words, and the arguments that they stand for."""

    words: str | _StrPromise
    arguments: Mapping[str, Any]


def _nothing(_job: Job) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class JobKind:
    """How jobs of one kind are done, and how they are spoken of.

    `counted` is a phrase for so many of what it works through ("%(number)s tickets"), into which the page writes the
    number; `outcome` says what came of it besides.
    """

    step: JobRunner
    title: Callable[[Job], str]
    counted: Callable[[int], str]
    outcome: Callable[[Job], str] = _nothing
    offers: Mapping[str, JobOffer] = field(default_factory=dict)


def find_kind(name: str) -> JobKind | None:
    """Return the kind of that name; None where this version of the program has none."""
    path = settings.JOB_KINDS.get(name)
    kind: JobKind | None = import_string(path) if path else None
    return kind
