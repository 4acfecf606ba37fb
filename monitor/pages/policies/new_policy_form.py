"""What is asked of a new policy besides: its name, and its place among the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.input.visible_line import refuse_invisible
from helpdesk.input.visible_text import one_line
from monitor.models import Policy, PolicyVersion
from monitor.pages.policies.policy_form import PolicyForm
from monitor.promises import draft
from monitor.promises.draft import PolicyDraft
from monitor.promises.policies import policy_order, reviewed_drafts
from monitor.promises.versions import BadVersion

LAST = ""
"""What is chosen where a policy comes after all others."""


def place_choices(policies: Sequence[PolicyVersion]) -> list[tuple[str, Any]]:
    """Return the places where a policy can stand among these."""
    before = [(str(one.policy_id), _("before %(policy)s") % {"policy": one.policy}) for one in policies]
    return [*before, (LAST, _("after all others"))]


def new_policy_fields(begun: PolicyDraft, policies: Sequence[PolicyVersion]) -> dict[str, Any]:
    """Return what the form shows of these: a blank one comes before all others, since who is last is for everybody."""
    after = [one for one in policies if one.position >= begun.position] if begun.name else policies
    return {"name": begun.name, "before": str(after[0].policy_id) if after else LAST}


class NewPolicyForm(PolicyForm):
    """A policy that is not there yet."""

    name = forms.CharField(label=_("Name"), max_length=200)
    before = forms.ChoiceField(label=_("Tried"), required=False)

    def __init__(self, *args: Any, policies: Sequence[PolicyVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.policies = policies
        before = self.fields["before"]
        assert isinstance(before, forms.ChoiceField)  # noqa: S101  # for the types
        before.choices = place_choices(policies)

    def clean_name(self) -> str:
        name = one_line(self.cleaned_data["name"])
        refuse_invisible(name)
        try:
            draft.check_name(Policy, name)
        except BadVersion as bad:
            raise forms.ValidationError(str(bad)) from bad
        return name

    def all_proposed(self) -> list[PolicyDraft]:
        """Return the new policy, and the others that make room for it."""
        one = replace(self.proposed(), name=self.cleaned_data["name"])
        return placed(one, self.policies, before=self.cleaned_data["before"])


def placed(one: PolicyDraft, policies: Sequence[PolicyVersion], *, before: str) -> list[PolicyDraft]:
    """Return a draft at its place, and those of the others that move, under the same terms."""
    order = [(version.policy_id, version.position) for version in policies]
    changed = policy_order.moved(order, one.policy, before=int(before) if before != LAST else None)
    terms = {name: getattr(one, name) for name in ("scope", "effective_at", "why")}
    others = [
        reviewed_drafts.of_version(version, position=changed[version.policy_id], **terms)
        for version in policies
        if version.policy_id in changed and version.policy_id != one.policy
    ]
    return [replace(one, position=changed.get(one.policy, one.position)), *others]
