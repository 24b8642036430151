"""The WSGI entry point for gunicorn, read once and then forked (``--preload``).

Everything is read before the fork, so that workers share it and a first page waits for nothing.
What may not be shared is not there yet: no connection to the database, no thread, no process.
"""

import os

from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.urls import get_resolver

from esa_standards.incoming import Incoming
from esa_standards.memory import keep_buffers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "esa_standards.settings")
keep_buffers()
application = Incoming(get_wsgi_application())
get_resolver().resolve("/")  # reads the addresses, and with them views, forms and verbs
connections.close_all()
