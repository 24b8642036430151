"""What the history says of people, roles and offices. The codes are kept for ever."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "person.add": _("added to the office"),
    "person.change": _("details changed"),
    "person.deactivate": _("deactivated"),
    "person.reactivate": _("reactivated"),
    "person.password": _("given a new one-time password"),
    "person.invite": _("sent a link to choose a password"),
    "role.grant": _("given a role"),
    "role.end": _("role ended"),
    "acting.appoint": _("appointed to act"),
    "acting.end": _("acting period ended"),
    "group.add": _("work group added"),
    "group.change": _("work group changed"),
    "office.found": _("office founded"),
    "office.change": _("office settings changed"),
    "office.second_factor": _("rule of two-step sign-in changed"),
    "person.second_factor_reset": _("two-step sign-in switched off by an administrator"),
    "person.sso_link": _("account of single sign-on linked"),
    "person.sso_unlink": _("account of single sign-on unlinked"),
    "office.certificate_set": _("certificate of the digital signature set"),
    "office.certificate_remove": _("certificate of the digital signature removed"),
    "delivery.retry": _("e-mail put back into the queue"),
    "rest_day.add": _("rest day added"),
    "rest_day.remove": _("rest day removed"),
}
KEYS = {
    "user": _("Person"),
    "from": _("From"),
    "to": _("To"),
    "role": _("Role"),
    "until": _("Until"),
    "since": _("Since"),
    "for_role": _("Acting for"),
}
