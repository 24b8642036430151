"""Every text of the pages has its Thai, every Thai its text, and placeholders agree."""

import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.utils import translation
from django.utils.translation import templatize

from core.catalogues import compile_messages

APPS = (  # every app of ours
    "esa_standards",
    "thai",
    "core",
    "notifications",
    "people",
    "indicators",
    "workflow",
    "reports",
    "demo",
)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
XGETTEXT = (
    "xgettext --from-code=UTF-8 --language=Python --no-location --no-wrap --output=- "
    "--keyword=gettext_noop --keyword=gettext_lazy --keyword=ngettext_lazy:1,2 "
    "--keyword=pgettext:1c,2 --keyword=npgettext:1c,2,3 --keyword=pgettext_lazy:1c,2 "
    "--keyword=_ --keyword=_n:1,2 --keyword=ngettext:1,2 --keyword=gettext"
).split()


def key(entry):
    return entry.msgctxt, entry.msgid


def sources():
    """Python files and templates whose texts people read."""
    for app in APPS:
        for path in sorted((settings.BASE_DIR / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path
    for folder in (settings.BASE_DIR / "templates", *settings.BASE_DIR.glob("*/templates")):
        yield from sorted(path for path in folder.rglob("*") if path.suffix in (".html", ".txt"))


@pytest.fixture(scope="module")
def used(tmp_path_factory):
    """All texts marked for translation in the program, as polib entries."""
    folder = tmp_path_factory.mktemp("texts")
    copies = []
    for number, path in enumerate(sources()):
        text = path.read_text()
        if path.suffix != ".py":
            text = templatize(text, origin=str(path))
        copy = folder / f"{number}.py"
        copy.write_text(text)
        copies.append(str(copy))
    run = subprocess.run([*XGETTEXT, *copies], capture_output=True, text=True, check=True)
    entries = list(polib.pofile(run.stdout))
    assert entries
    return entries


@pytest.fixture(scope="module")
def translated():
    """All entries of the Thai catalogues, each with its file."""
    files = [root / "th" / "LC_MESSAGES" / "django.po" for root in settings.LOCALE_PATHS]
    entries = [(path, entry) for path in files for entry in polib.pofile(str(path))]
    assert {path for path, _entry in entries} == set(files)
    return entries


def report(title, lines):
    if lines:
        pytest.fail(f"{title} ({len(lines)}):\n" + "\n".join(sorted(lines)), pytrace=False)


def test_every_text_is_translated(used, translated):
    known = {key(entry) for _, entry in translated if entry.translated() and not entry.obsolete}
    report("not translated", [repr(entry.msgid) for entry in used if key(entry) not in known])


def test_every_translation_is_used(used, translated):
    needed = {key(entry) for entry in used}
    report("unused", [f"{area(p)}: {e.msgid!r}" for p, e in translated if key(e) not in needed])


def test_no_translation_is_doubtful(translated):
    doubtful = [(p, e) for p, e in translated if e.fuzzy or e.obsolete]
    report("fuzzy or obsolete", [f"{area(p)}: {e.msgid!r}" for p, e in doubtful])


def test_a_text_is_translated_once(translated):
    places = defaultdict(list)
    for path, entry in translated:
        places[key(entry)].append(f"{area(path)}: {entry.msgstr or entry.msgstr_plural}")
    report("twice", [f"{name!r}: {found}" for name, found in places.items() if len(found) > 1])


def test_placeholders_survive_translation(translated):
    wrong = []
    for path, entry in translated:
        texts = list(entry.msgstr_plural.values()) or [entry.msgstr]
        wanted = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
        if any(set(PLACEHOLDER.findall(text)) != wanted for text in texts if text):
            wrong.append(f"{area(path)}: {entry.msgid!r} → {texts}")
    report("placeholders differ", wrong)


def test_the_director_approves_and_the_deputy_endorses(translated):
    """อนุมัติ is the director's word, เห็นชอบ the deputy's; neither stands for the other."""
    words = {"approv": "อนุมัติ", "endors": "เห็นชอบ"}
    mixed, either = [], set()
    for path, entry in translated:
        said = {word for start, word in words.items() if start in entry.msgid.lower()}
        wrong = {word for word in words.values() if word in entry.msgstr} - said
        either |= said
        if len(said) == 1 and wrong:
            mixed.append(f"{area(path)}: {entry.msgid!r} → {entry.msgstr}")
    assert either == set(words.values())
    report("mixed up", mixed)


def test_versions_are_counted_in_one_word(translated):
    """รุ่นที่ n; meetings alone are counted ครั้งที่."""
    counted = re.compile(r"[Vv]ersion %\((n|version)\)s")
    versions = [(path, entry) for path, entry in translated if counted.search(entry.msgid)]
    assert versions
    other = [
        f"{area(path)}: {entry.msgid!r} → {entry.msgstr}"
        for path, entry in versions
        if not re.search(r"รุ่นที่ %\((n|version)\)s", entry.msgstr)
    ]
    report("counted in other words", other)


def area(path: Path) -> str:
    return path.parts[-4]


def test_catalogues_compile_once_and_again_when_changed(tmp_path):
    folder = tmp_path / "th" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    source = folder / "django.po"
    source.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n')
    assert compile_messages([tmp_path]) == [folder / "django.mo"]
    assert compile_messages([tmp_path]) == []
    (folder / "django.mo").unlink()
    assert compile_messages([tmp_path]) == [folder / "django.mo"]
    assert sorted(path.name for path in folder.iterdir()) == ["django.mo", "django.po"]


@pytest.mark.parametrize("by", ["itself", "another"])
def test_first_start_speaks_thai_from_its_first_process_on(tmp_path, settings, by):
    """Also when another process, which starts at the same moment, was the one that wrote."""
    settings.LOCALE_PATHS = [tmp_path]
    with translation.override("th"):
        assert translation.gettext("A text of this test") == "A text of this test"
    folder = tmp_path / "th" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'
    text = 'msgid "A text of this test"\nmsgstr "ข้อความ"\n'
    (folder / "django.po").write_text(f"{head}\n{text}")
    if by == "another":
        code = "import sys; from core.catalogues import compile_messages as c; c(sys.argv[1:])"
        subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True)
    compile_messages([tmp_path])
    with translation.override("th"):
        assert translation.gettext("A text of this test") == "ข้อความ"
