"""The factory, for every test of the helpdesk."""

from tests.make import make

__all__ = ["make"]
