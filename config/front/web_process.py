"""What each web process serves, once it has said in the log what people who come will miss."""

from __future__ import annotations

from threading import Thread

from django.db import connection

from config.asgi import application
from helpdesk.access import first_admin

__all__ = ["application"]


def _say() -> None:
    first_admin.say_if_missing()
    connection.close()


said = Thread(target=_say)  # this is read within the loop that will serve, where Django asks no database
said.start()
said.join()
