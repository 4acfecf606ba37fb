"""What time says about tickets."""

from monitor.models.audience.board_default import BoardDefault
from monitor.models.audience.digest import Digest, DigestIssue, DigestRhythm
from monitor.models.audience.wallboard import Wallboard
from monitor.models.calendar import Calendar, CalendarVersion
from monitor.models.clock import Clock
from monitor.models.clock_labels import METRIC_LABELS, OUTCOME_LABELS
from monitor.models.confirmation import Confirmable, Confirmation
from monitor.models.excusals.cause import BreachCause, ListedCause
from monitor.models.excusals.excusal import Excusal
from monitor.models.excusals.freeze import Freeze, FrozenClock
from monitor.models.excusals.hiding_act import HidingAct
from monitor.models.flag import Flag, Level
from monitor.models.kept_fold import KeptFold
from monitor.models.life_sign import LifeSign
from monitor.models.months.reported_month import ReportedClock, ReportedFigure, ReportedMonth
from monitor.models.news import FlagChange, News
from monitor.models.objective import ClosedMonth, Objective
from monitor.models.opinion import ForeignVendor, Opinion, OpinionSource, OpinionTicket
from monitor.models.policy import Policy, PolicyVersion, VersionScope
from monitor.models.rollup import (
    FirstResolution,
    RollupCell,
    RollupEdition,
    RollupLive,
    RollupMark,
    RollupMix,
    RollupShare,
    UncountedTicket,
)
from monitor.models.standing import Standing
from monitor.models.trials.trial import Trial
from monitor.models.trials.trial_numbers import TrialCell, TrialMove, TrialOutcome, TrialPart, TrialRow
from monitor.models.zone_release import ZoneRelease

__all__ = [
    "METRIC_LABELS",
    "OUTCOME_LABELS",
    "BoardDefault",
    "BreachCause",
    "Calendar",
    "CalendarVersion",
    "Clock",
    "ClosedMonth",
    "Confirmable",
    "Confirmation",
    "Digest",
    "DigestIssue",
    "DigestRhythm",
    "Excusal",
    "FirstResolution",
    "Flag",
    "FlagChange",
    "ForeignVendor",
    "Freeze",
    "FrozenClock",
    "HidingAct",
    "KeptFold",
    "Level",
    "LifeSign",
    "ListedCause",
    "News",
    "Objective",
    "Opinion",
    "OpinionSource",
    "OpinionTicket",
    "Policy",
    "PolicyVersion",
    "ReportedClock",
    "ReportedFigure",
    "ReportedMonth",
    "RollupCell",
    "RollupEdition",
    "RollupLive",
    "RollupMark",
    "RollupMix",
    "RollupShare",
    "Standing",
    "Trial",
    "TrialCell",
    "TrialMove",
    "TrialOutcome",
    "TrialPart",
    "TrialRow",
    "UncountedTicket",
    "VersionScope",
    "Wallboard",
    "ZoneRelease",
]
