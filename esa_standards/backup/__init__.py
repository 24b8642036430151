"""One folder that holds a whole site, and the way back: ``manage.py backup`` and ``restore``."""
