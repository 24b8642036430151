"""Content for tests: rights without an order, cited evidence."""

from dataclasses import dataclass, replace

from indicators.assignments.rights import set_rights
from indicators.evidence.blobs import store
from indicators.evidence.evidence import add_evidence
from indicators.models import Assessment, Item
from indicators.narratives.inbox.putting import put
from people.models import Office, User
from tests.database.recorded import recorded
from tests.factories.files import make_pdf, make_upload
from tests.factories.indicators import make_assessment, make_edition
from tests.factories.people import make_office, make_person


@dataclass
class ContentYear:
    """One office's year with everybody in it; ``items`` in the order of the catalogue."""

    office: Office
    assessment: Assessment
    coordinator: User
    director: User
    staff: User
    collector: User
    member: User
    second: User
    items: list[Item]

    @property
    def item(self):
        """The first one."""
        return self.items[0]

    def lock(self):
        """As the approval of the SAR leaves it."""
        type(self.assessment).objects.filter(pk=self.assessment.pk).update(state="locked")
        self.assessment.refresh_from_db()
        for item in self.items:
            item.assessment = self.assessment

    @property
    def args(self):
        """What every URL of the year begins with."""
        return [self.office.code, self.assessment.fiscal_year]


@recorded
def make_content_year(code="skn2", year=2560, size=(1, 2, 2)):
    """A year in which the collector writes every item, member and second score them."""
    office = make_office(code)
    coordinator = make_person(office, "coordinator")
    director = make_person(office, "director")
    staff = make_person(office)
    collector = make_person(office, given_name="สมหญิง", family_name="ใจดี")
    member, second = make_person(office), make_person(office)
    assessment = make_assessment(office, year, edition=make_edition(*size), by=coordinator)
    items = list(
        assessment.items.in_order().select_related(
            "assessment__office", "consideration__indicator__standard"
        )
    )
    set_rights(
        assessment,
        scorers=[member.pk, second.pk],
        writers={item.pk: {collector.pk} for item in items},
        by=director,
    )
    return ContentYear(
        office, assessment, coordinator, director, staff, collector, member, second, items
    )


def make_evidence(office, *, by, title="แผนปฏิบัติการ", items=(), name="แผน.pdf", data=None):
    """A piece of evidence with one stored file."""
    blob = store(make_upload(name, make_pdf(title) if data is None else data), office=office, by=by)
    return add_evidence(office, title=title, files=[(name, blob)], items=items, by=by)


def make_entry(office, *, by, code="", event_on=None, name="กิจกรรม.pdf", note="", data=None):
    """A file that waits in the inbox."""
    blob = store(make_upload(name, make_pdf(name) if data is None else data), office=office, by=by)
    return put(
        office, name=name, blob=blob, for_code=code, note=note, event_on=event_on, by=by
    ).entry


def make_earlier_year(year, fiscal_year=2559, *, edition=None):
    """An earlier year of the same office, which the same collector wrote."""
    assessment = make_assessment(
        year.office, fiscal_year, edition=edition or year.assessment.edition, by=year.coordinator
    )
    items = list(
        assessment.items.in_order().select_related(
            "assessment__office", "consideration__indicator__standard"
        )
    )
    writers = {item.pk: {year.collector.pk} for item in items}
    set_rights(assessment, scorers=[], writers=writers, by=year.director)
    return replace(year, assessment=assessment, items=items)
