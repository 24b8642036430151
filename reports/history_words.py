"""What the history says of documents. The codes are kept for ever."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "document.request": _("asked for a document"),
    "document.ready": _("document is ready"),
    "document.fail": _("document failed"),
    "document.retry": _("asked for the document again"),
}
