"""Types that bear a name in the contract, so that a client has one type for them wherever they stand.

Of what has no name generators make up one for each place: `ExplainedClockBasisType0`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from msgspec import Meta

NAME: Final = "x-name"
"""Marks the type in its schema; `helpdesk.api.contract.named_schemas` takes it out of there."""


def called(name: str) -> Meta:
    """Give a type, which msgspec checks, its name in the contract."""
    return Meta(extra_json_schema={NAME: name})


def one_of(name: str, values: Iterable[str]) -> Meta:
    """Say what a text of ours can be, which nobody checks, in msgspec's order for a `Literal` of the same name."""
    return Meta(extra_json_schema={NAME: name, "enum": sorted(values)})


def either(name: str, *schemas: str) -> Meta:
    """Say that one of several schemas stands here, the fullest first; msgspec has no type for that."""
    anyone = [{"$ref": f"#/components/schemas/{schema}"} for schema in schemas]
    return Meta(extra_json_schema={NAME: name, "anyOf": anyone})
