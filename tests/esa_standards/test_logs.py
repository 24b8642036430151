import logging
import sys

from esa_standards.logs import LineFormatter, new_reference


def formatted(message):
    try:
        raise ValueError(message)
    except ValueError:
        record = logging.makeLogRecord({"msg": "broken", "exc_info": sys.exc_info()})
    return LineFormatter().format(record)


def test_row_quoted_by_the_database_stays_out():
    text = formatted(
        "duplicate key\nDETAIL:  Key (family_name)=(ใจดี (มาก)) already exists.\n"
        "DETAIL:  Failing row contains (1, นาง, สมหญิง, ใจดี)."
    )
    assert "ValueError: duplicate key" in text
    assert "family_name" in text
    assert "ใจดี" not in text
    assert "สมหญิง" not in text


def test_other_errors_stay_readable():
    assert "ValueError: no such step" in formatted("no such step")


def test_references_have_no_letters_that_are_misread():
    assert not set("".join(new_reference() for _ in range(200))) & set("01OIL")
