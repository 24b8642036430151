from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.utils.translation import gettext_lazy as _

from core import history_words as history
from core import search
from notifications.mail import register_link
from people.history_words import KEYS, VERBS
from people.states import PASSWORD_LINK, Role


class PeopleConfig(AppConfig):
    name = "people"
    verbose_name = _("People")

    def ready(self):
        from people.queries import PEOPLE  # noqa: PLC0415 - knows models, apps being loaded
        from people.sign_in import sessions  # noqa: PLC0415 - as above

        user_logged_in.connect(sessions.begin, dispatch_uid="people.sign_in.sessions.begin")
        register_link(PASSWORD_LINK, "people.sign_in.password_links.password_url")
        history.register(verbs=VERBS, keys=KEYS, codes=[Role])
        search.register(PEOPLE)
