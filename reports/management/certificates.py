"""What the commands about certificates share."""

from django.core.management.base import CommandError

from people.models import Office


def office_of(code):
    """The office, or a sentence that it does not exist."""
    office = Office.objects.filter(code=code).first()
    if office is None:
        raise CommandError(f"There is no office {code}.")
    return office


def lines_of(certificate):
    """The certificate, one fact a line; what is wrong with it comes last."""
    if certificate.trouble == "broken":
        return "broken: set it again (was SECRET_KEY changed?)"
    lines = [
        f"subject: {certificate.subject}",
        f"issuer: {certificate.issuer}{' (issued by itself)' if certificate.self_issued else ''}",
        f"valid: {certificate.valid_from:%Y-%m-%d} to {certificate.valid_until:%Y-%m-%d}",
        f"recognised authority: {'yes' if certificate.recognised else 'no'}",
    ]
    if certificate.trouble:
        lines.append(f"{certificate.trouble}: papers are issued unsigned")
    return "\n".join(lines)
