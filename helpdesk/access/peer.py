"""From where a request comes: the address of whoever made the connection, or what a proxy that is named says of it."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

from django.http import HttpRequest

PREFIX_OF_ONE = 64
"""Bits of an IPv6 address that one customer of a provider cannot choose."""


def address_of(request: HttpRequest | None) -> str | None:
    """Return the address as it is told in the security log; None where there is none, or it is no address."""
    try:
        address = ip_address((request.META.get("REMOTE_ADDR") or "").partition("%")[0]) if request else None
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return None if address is None else str(address)


def neighbourhood_of(request: HttpRequest | None) -> str | None:
    """Return what limits count: an IPv4 address, or all the IPv6 addresses that one customer has."""
    told = address_of(request)
    if told is None or ":" not in told:
        return told
    return str(ip_network((told, PREFIX_OF_ONE), strict=False))
