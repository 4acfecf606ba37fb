"""What is on a kept part of the queue, to be counted."""

from __future__ import annotations

from django.http import HttpRequest

from helpdesk.models import Queue
from helpdesk.pages.frame import environment
from helpdesk.pages.frame.viewer import agent_of, now_of
from monitor.models import Standing
from monitor.models.standing import StandingQuerySet
from monitor.pages.queue_address import read_filter


def rows(request: HttpRequest) -> StandingQuerySet:
    """Return the standings behind an address of the queue."""
    agent, wanted = agent_of(request), read_filter(request.GET)
    here = Standing.objects.filter(environment=environment.current(request))
    queues = Queue.objects.visible_to(agent).filter(wanted.queue_rule)
    return here.filter(wanted.rule(agent, now_of(request)), queue__in=queues)
