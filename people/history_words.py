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
    "office.certificate_set": _("certificate of the digital signature set"),
    "office.certificate_remove": _("certificate of the digital signature removed"),
    "delivery.retry": _("e-mail put back into the queue"),
    "outbox.release": _("held messages released"),
    "outbox.drop": _("held messages dropped"),
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
    "messages": _("Messages"),
    "for_role": _("Acting for"),
}
