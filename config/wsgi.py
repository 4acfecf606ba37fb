"""Django behind any WSGI server."""

import os

from django.core.wsgi import get_wsgi_application

from config.front.patience import bound_waiting

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
bound_waiting()
