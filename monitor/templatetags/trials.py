"""Words of dry runs."""

from __future__ import annotations

from django import template
from django.template.defaultfilters import floatformat
from django.utils.translation import gettext as _

from helpdesk.models import Agent, Queue
from helpdesk.models.ticket import Priority
from monitor.models import METRIC_LABELS, TrialMove, TrialOutcome
from monitor.promises.trial.trial_selection import TrialSelection

register = template.Library()


@register.filter
def share(percent: float | None) -> str:
    """Say a share in per cent: "93.8 %"; a dash where there is nothing to be shared."""
    return "–" if percent is None else f"{floatformat(percent, 1)}\u00a0%"


@register.filter
def selection_words(selection: TrialSelection, viewer: Agent) -> str:
    """Say which clocks are listed: "First response · Support · late → in time"."""
    return " · ".join(_parts(selection, viewer)) or _("All that change")


def _parts(one: TrialSelection, viewer: Agent) -> list[str]:
    """Return what is asked for in words; what an address makes up, or the viewer does not see, is left out."""
    queues = Queue.objects.visible_to(viewer)
    moves, outcomes = dict(TrialMove.choices), dict(TrialOutcome.choices)
    came_out = [str(outcomes[word]) for word in (one.before, one.after) if word in outcomes]
    said = [
        METRIC_LABELS.get(one.metric),
        dict(Priority.choices).get(one.priority),
        queues.filter(pk=one.queue).values_list("name", flat=True).first() if one.queue else None,
        moves.get(one.move),
        " → ".join(came_out),
    ]
    return [str(word) for word in said if word]
