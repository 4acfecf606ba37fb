"""Asking again who it is, before keys, roles and exports: somebody may have left their screen open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar, cast

from allauth.account.decorators import reauthentication_required
from django.http import HttpRequest, HttpResponseBase

P = ParamSpec("P")
Answer = TypeVar("Answer", bound=HttpResponseBase)
View = Callable[Concatenate[HttpRequest, P], Answer]


def asked_again(view: View[P, Answer]) -> View[P, Answer]:
    """Ask for the password, or a code, where the login is long ago, and then go on with what was asked for."""
    return cast("View[P, Answer]", reauthentication_required(view))
