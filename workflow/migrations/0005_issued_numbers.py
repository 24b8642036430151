"""Numbers that orders bear already enter the register."""

from django.db import migrations

DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")


def enter_numbers(apps, schema_editor):
    Proposal = apps.get_model("workflow", "Proposal")
    IssuedNumber = apps.get_model("workflow", "IssuedNumber")
    numbered = Proposal.objects.filter(kind="order", state__in=["approved", "superseded"])
    for proposal in numbered.exclude(number="").select_related("cycle__assessment"):
        IssuedNumber.objects.get_or_create(
            office_id=proposal.cycle.assessment.office_id,
            register="order",
            year=proposal.dated.year + 543,
            number=proposal.number.translate(DIGITS),
            defaults={
                "proposal": proposal,
                "typed": True,
                "issued_at": proposal.approved_at,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("workflow", "0004_papers_and_meetings")]
    operations = [migrations.RunPython(enter_numbers, migrations.RunPython.noop)]
