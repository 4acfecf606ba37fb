"""The figures of a trial: what becomes of open tickets, and how the past came out and would have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from helpdesk.models import Priority, Queue
from monitor.clock.metrics import PROMISED, Metric
from monitor.models import TrialMove, TrialOutcome, TrialPart
from monitor.promises.trial.trial_selection import TrialScope, TrialSelection

MOVES: Final = tuple(move for move in TrialMove if move is not TrialMove.SAME)
"""What leads to tickets, the worst first."""
OUTCOMES: Final = tuple(TrialOutcome)
DECIDED: Final = (TrialOutcome.MET, TrialOutcome.LATE, TrialOutcome.UNANSWERED)


@dataclass(frozen=True, slots=True)
class TrialNumber:
    """A number, and which clocks it counts."""

    count: int
    selection: TrialSelection

    @property
    def query(self) -> str:
        return self.selection.query()


@dataclass(slots=True)
class OpenLine:
    """What becomes of the promises that run in one place: a number for each of `MOVES`, and all."""

    name: Any
    moves: list[TrialNumber]
    all: int

    @property
    def changed(self) -> int:
        return sum(one.count for one in self.moves)


@dataclass(slots=True)
class PastLine:
    """How promises of one place came out, and would have: numbers for each of `OUTCOMES`, and who changed."""

    name: Any
    before: Counter[str] = field(default_factory=Counter)
    after: Counter[str] = field(default_factory=Counter)
    changed: TrialNumber = field(default_factory=lambda: TrialNumber(0, TrialSelection(part=TrialPart.PAST)))

    @property
    def kept_before(self) -> float | None:
        return kept(self.before)

    @property
    def kept_after(self) -> float | None:
        return kept(self.after)

    @property
    def outcomes(self) -> list[tuple[int, int]]:
        return [(self.before[outcome], self.after[outcome]) for outcome in OUTCOMES]


@dataclass(frozen=True, slots=True)
class TrialChange:
    """Clocks that came out in one way and would have in another."""

    before: TrialOutcome
    after: TrialOutcome
    number: TrialNumber


@dataclass(frozen=True, slots=True)
class TrialFigures:
    """All that is shown of a trial, of one metric in the past; `metrics` are those that have any clocks."""

    open: OpenLine
    open_queues: Sequence[OpenLine]
    open_priorities: Sequence[OpenLine]
    metrics: Sequence[str]
    metric: str
    past: PastLine
    changes: Sequence[TrialChange]
    past_queues: Sequence[PastLine]
    past_priorities: Sequence[PastLine]


Cell = tuple[str, int, str, str, str, str, str, int]
_COLUMNS: Final = "part", "queue_id", "priority", "metric", "move", "before", "after", "number"


def figures(scope: TrialScope, *, metric: str = "") -> TrialFigures:
    """Count what a viewer sees of a trial so far; of the past the metric asked for, else first responses."""
    cells: list[Cell] = list(scope.cells().values_list(*_COLUMNS))
    opened = [cell for cell in cells if cell[0] == TrialPart.OPEN]
    past = [cell for cell in cells if cell[0] == TrialPart.PAST]
    metrics = [one.value for one in PROMISED if any(cell[3] == one.value for cell in past)]
    shown = next((one for one in (metric, Metric.FIRST_RESPONSE, *metrics) if one in metrics), "")
    past = [cell for cell in past if cell[3] == shown]
    names = _queue_names({cell[1] for cell in cells})
    return TrialFigures(
        open=_open_line("", opened, TrialSelection(part=TrialPart.OPEN)),
        open_queues=[_open_line(name, some, one) for name, some, one in _by_queue(opened, names, "")],
        open_priorities=[_open_line(name, some, one) for name, some, one in _by_priority(opened, "")],
        metrics=metrics,
        metric=shown,
        past=_past_line("", past, TrialSelection(part=TrialPart.PAST, metric=shown)),
        changes=_changes(past, TrialSelection(part=TrialPart.PAST, metric=shown)),
        past_queues=[_past_line(name, some, one) for name, some, one in _by_queue(past, names, shown)],
        past_priorities=[_past_line(name, some, one) for name, some, one in _by_priority(past, shown)],
    )


def kept(outcomes: Mapping[str, int]) -> float | None:
    """Return the share of promises that were kept among those that are decided, in per cent."""
    decided = sum(outcomes[one] for one in DECIDED)
    return 100 * outcomes[TrialOutcome.MET] / decided if decided else None


Lines = Iterable[tuple[Any, list[Cell], TrialSelection]]


def _by_queue(cells: list[Cell], names: dict[int, str], metric: str) -> Lines:
    for number in sorted({cell[1] for cell in cells}, key=lambda one: (names.get(one, ""), one)):
        selection = TrialSelection(part=cells[0][0], metric=metric, queue=number)
        yield names.get(number, f"#{number}"), [cell for cell in cells if cell[1] == number], selection


def _by_priority(cells: list[Cell], metric: str) -> Lines:
    for priority in reversed(Priority):
        some = [cell for cell in cells if cell[2] == priority]
        if some:
            yield (
                priority.label,
                some,
                TrialSelection(part=some[0][0], metric=metric, priority=priority.value),
            )


def _open_line(name: Any, cells: list[Cell], selection: TrialSelection) -> OpenLine:
    numbers: Counter[str] = Counter()
    for cell in cells:
        numbers[cell[4]] += cell[7]
    moves = [TrialNumber(numbers[move], selection.narrowed(move=move.value)) for move in MOVES]
    return OpenLine(name, moves, sum(numbers.values()))


def _past_line(name: Any, cells: list[Cell], selection: TrialSelection) -> PastLine:
    line, changed = PastLine(name), 0
    for *_place, before, after, number in cells:
        line.before[before] += number
        line.after[after] += number
        changed += number if before != after else 0
    line.changed = TrialNumber(changed, selection)
    return line


def _changes(cells: list[Cell], selection: TrialSelection) -> list[TrialChange]:
    numbers: Counter[tuple[str, str]] = Counter()
    for *_place, before, after, number in cells:
        if before != after:
            numbers[before, after] += number
    return [
        TrialChange(
            TrialOutcome(before),
            TrialOutcome(after),
            TrialNumber(n, selection.narrowed(before=before, after=after)),
        )
        for (before, after), n in numbers.most_common()
    ]


def _queue_names(numbers: Iterable[int]) -> dict[int, str]:
    return dict(Queue.objects.filter(pk__in=numbers).values_list("pk", "name"))
