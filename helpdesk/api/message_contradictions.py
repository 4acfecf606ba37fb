"""What cannot be so together of something said: refused by name, and all of it at once."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from django.utils.translation import gettext as _

from helpdesk.api import message_shapes
from helpdesk.api.named_copies import odd_copies
from helpdesk.api.problems import RequestRefused


def refuse_contradictions(said: message_shapes.SaidMessageShape) -> None:
    """Refuse (422) what cannot be so together; nothing is left aside in silence."""
    found = [refused.problem for refused in contradictions(said)]
    if found:
        code = found[0].code
        faults = [
            msgspec.structs.replace(fault, code=None if one.code == code else one.code)
            for one in found
            for fault in one.errors
        ]
        raise RequestRefused(422, code, faults=faults)


def contradictions(said: message_shapes.SaidMessageShape) -> Iterator[RequestRefused]:
    """Yield what cannot be so, each with where it stands and words for it."""
    by_agent = said.author.kind == "agent"
    if said.author.kind == "customer" and not said.public:
        detail = _("What a customer says is public.")
        yield RequestRefused(422, "customer-is-public", detail, pointer="/public")
    if by_agent and not (said.author.agent or (said.imported and said.author.name)):
        detail = _("Name the agent who speaks.")
        yield RequestRefused(422, "agent-missing", detail, pointer="/author/agent")
    if said.author.agent and not by_agent:
        detail = _("An agent is named, and somebody else speaks.")
        yield RequestRefused(422, "contradiction", detail, pointer="/author/agent")
    if said.way and (said.automatic or not by_agent):
        detail = _("Only an agent themself answers by another way.")
        yield RequestRefused(422, "way-is-an-agents", detail, pointer="/way")
    if said.holding and (said.automatic or not said.public or said.author.kind not in ("agent", "bot")):
        detail = _("Only a public answer by an agent or a bot can be holding.")
        yield RequestRefused(422, "contradiction", detail, pointer="/holding")
    yield from _contradictions_of_cc(said, by_agent=by_agent)
    yield from _contradictions_of_then(said, by_agent=by_agent)


def _contradictions_of_cc(
    said: message_shapes.SaidMessageShape, *, by_agent: bool
) -> Iterator[RequestRefused]:
    writes = by_agent and said.public and not (said.automatic or said.way or said.imported)
    if said.cc and not writes:
        yield odd_copies(pointer="/cc")


def _contradictions_of_then(
    said: message_shapes.SaidMessageShape, *, by_agent: bool
) -> Iterator[RequestRefused]:
    if said.then == "keep_open":
        return
    if said.automatic:
        detail = _("What is sent automatically leaves the ticket as it stands.")
        yield RequestRefused(422, "automatic-decides-nothing", detail, pointer="/then")
    elif not (by_agent and said.public):
        detail = _("Only an agent's public reply says how the ticket stands then.")
        yield RequestRefused(422, "contradiction", detail, pointer="/then")
