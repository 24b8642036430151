"""What is Thai about text, dates, names and numbers: pure functions, no Django.

The lowest floor of the house; every app may import it, it imports none.

* ``numbers``: Thai and Arabic digits, numbers as text.
* ``dates``: พ.ศ., fiscal years, writing dates.
* ``date_entry``: reading the dates people type.
* ``names``: how names and signatures are put together.
* ``blank``: what shows nothing.
* ``prefixes``: which prefixes of names there are, and what begins with some.
* ``pasted``: what comes out of a clipboard, put right once.
* ``text``: grapheme clusters, search folding, labels, file names, line breaking.
* ``breaking``: where a word begins, by a dictionary.
* ``collation``: the order of a Thai dictionary.
* ``working_days``: public holidays, and counting the days on which offices work.
"""

from thai.blank import shows_nothing, trimmed
from thai.collation import sort_key
from thai.date_entry import (
    AmbiguousYear,
    DateRefused,
    NoSuchDay,
    OtherWeekday,
    UnreadableDate,
    parse_date,
)
from thai.dates import (
    BANGKOK,
    BE_OFFSET,
    MONTHS,
    MONTHS_SHORT,
    be_year,
    fiscal_year,
    fiscal_year_bounds,
    format_date,
    format_datetime,
    format_official_date,
    format_range,
    format_time,
    local_date,
)
from thai.names import full_name, prefix_in, signature_position, single_prefix
from thai.numbers import (
    MISSING,
    THAI_DIGITS,
    digit_spellings,
    format_number,
    round_half_up,
    to_arabic_digits,
    to_thai_digits,
)
from thai.pasted import (
    clean_address,
    clean_code,
    clean_entries,
    clean_line,
    clean_link,
    clean_text,
    names_a_file,
    names_a_mailbox,
)
from thai.text import (
    WORD_JOINER,
    canonical_spelling,
    clean_label,
    clusters,
    fold,
    joins_pictures,
    keep_together,
    safe_filename,
    shortened,
)
from thai.working_days import WorkingDays, public_holidays

__all__ = [
    "BANGKOK",
    "BE_OFFSET",
    "MISSING",
    "MONTHS",
    "MONTHS_SHORT",
    "THAI_DIGITS",
    "WORD_JOINER",
    "AmbiguousYear",
    "DateRefused",
    "NoSuchDay",
    "OtherWeekday",
    "UnreadableDate",
    "WorkingDays",
    "be_year",
    "canonical_spelling",
    "clean_address",
    "clean_code",
    "clean_entries",
    "clean_label",
    "clean_line",
    "clean_link",
    "clean_text",
    "clusters",
    "digit_spellings",
    "fiscal_year",
    "fiscal_year_bounds",
    "fold",
    "format_date",
    "format_datetime",
    "format_number",
    "format_official_date",
    "format_range",
    "format_time",
    "full_name",
    "joins_pictures",
    "keep_together",
    "local_date",
    "names_a_file",
    "names_a_mailbox",
    "parse_date",
    "prefix_in",
    "public_holidays",
    "round_half_up",
    "safe_filename",
    "shortened",
    "shows_nothing",
    "signature_position",
    "single_prefix",
    "sort_key",
    "to_arabic_digits",
    "to_thai_digits",
    "trimmed",
]
