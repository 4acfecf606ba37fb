"""What each web process serves, once it has said in the log what people who come will miss."""

from django.db import connection

from config.asgi import application
from helpdesk.access import first_admin

__all__ = ["application"]

first_admin.say_if_missing()
connection.close()
