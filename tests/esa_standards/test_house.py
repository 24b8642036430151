"""The house is as its map says: subjects in their folders, arrows one way, plain words."""

import ast
import re
import subprocess
import tomllib
from graphlib import CycleError, TopologicalSorter

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR
MAP = ROOT / "docs" / "developer.md"
APPS = ("esa_standards", "thai", "core", "notifications", "people", "indicators", "workflow")
APPS += ("reports", "demo")
MODULES_OF_A_FOLDER, LINES_OF_A_FILE = 20, 400
# What stands beside the subjects of an app that is divided into them.
DIVIDED = {"indicators": set(), "workflow": set(), "reports": {"collect"}}
NO_SUBJECT = {"data", "management", "migrations", "models", "templatetags"}
# Folders that every Django app has and no reader looks for.
PLUMBING = {"__init__", "management", "migrations", "templatetags"}
# Words that only their authors understood; each has a word of the field instead. Other words of
# the old list, such as "once" or "place", are plain English where they are no name of ours.
OLD_WORDS = re.compile(
    r"(door)?bells?|rings?|ringing|rang|rung|chas(e|es|ed|er|ing)|truths?|wish(es|ed|ing)?|brakes?|"
    r"pulses?|gatherings?|aftermath|reaching|tombstones?|ladders?|mend(s|ed|ing)?|told|riddles?"
)
# Names of ours that are plain words elsewhere.
OLD_NAMES = re.compile(r"\b(first_time|tell_\w+|_tell|words\.py|ChasePlan|WishLost)\b")
# The parts of a name: ``WishLost``, ``wish_lost`` and ``wish-lost`` hold the word alike.
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
# The change log tells people of the old names; packages of others name things as they like.
SPEAKS_FOR_ITSELF = ("CHANGELOG.md", "static/vendor/", "tests/esa_standards/test_house.py")


def tracked(*patterns):
    run = subprocess.run(
        ["git", "ls-files", "-z", *patterns], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in run.stdout.split("\0") if name and (ROOT / name).exists()]


def ours():
    """``dotted name → path`` of every module of ours but migrations."""
    found = {}
    for path in tracked("*.py"):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if parts[0] in (*APPS, "script", "tests") and "migrations" not in parts:
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported_by(name, path, modules):
    """The modules of ours that ``path`` imports, also inside functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{name}: imports of ours are written whole"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                if whole in modules or node.module in modules:
                    yield whole if whole in modules else node.module


def drawn():
    """``folder: its subjects`` of the map in docs/developer.md."""
    block = MAP.read_text().split("```")[1]
    found, last = {}, None
    for line in block.splitlines():
        if app := re.match(r" (\w+)/ ", line):
            last = found.setdefault(app[1], set())
        elif subject := re.match(r"   (\w+)/ ", line):
            last.add(subject[1])
    return found


def test_the_map_draws_every_app_and_every_subject():
    found = drawn()
    assert set(found) == set(APPS)
    for app, beside in DIVIDED.items():
        folders = {path.parent.name for path in (ROOT / app).glob("*/__init__.py")} - NO_SUBJECT
        subjects = {
            name for name in folders - NO_SUBJECT if (ROOT / app / name / "urls.py").exists()
        }
        if app == "reports":  # its addresses stand in one file
            subjects = {name for name in folders if list((ROOT / app / name).glob("views*"))}
        assert found[app] == subjects - beside, app


QUESTION = re.compile(r"^\| ([^|]+\?) \| `([^`]+)` \| `(\w+)` \|$", re.MULTILINE)


def test_the_map_asks_at_least_ten_questions():
    assert len(QUESTION.findall(MAP.read_text())) >= 10


@pytest.mark.parametrize("line", QUESTION.findall(MAP.read_text()), ids=lambda line: line[2])
def test_what_is_asked_for_stands_where_the_map_says(line):
    _question, path, name = line
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    assert name in {node.name for node in tree.body if hasattr(node, "name")}


def test_no_circle_of_imports_not_even_inside_functions():
    modules = ours()
    arrows = {
        name: set(imported_by(name, path, modules)) - {name} for name, path in modules.items()
    }
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as circle:
        pytest.fail(" → ".join(circle.args[1]))


def test_the_contracts_know_no_exceptions():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    assert len(contracts["contracts"]) >= 7
    assert [c["name"] for c in contracts["contracts"] if c.get("ignore_imports")] == []


def test_verbs_and_queries_know_no_page():
    """What changes or reads something imports no form, view or address of any app."""
    modules, found = ours(), []
    pages = re.compile(r"\.(forms|views|urls)(\.|$)")
    for name, path in modules.items():
        app, *inside = name.split(".")
        if app in ("tests", "script", "esa_standards", "demo") or pages.search(name):
            continue
        if inside[:1] in (["management"], ["urls"], ["templatetags"], ["loading"], ["form_parts"]):
            continue
        wanted = {other for other in imported_by(name, path, modules) if pages.search(other)}
        found += [f"{name} → {other}" for other in wanted if name not in ALLOWED]
    assert found == []


ALLOWED = {"core.views", "people.adapter", "people.account_urls"}


# A page's reads; a plain ``get_object_or_404`` and a form's ``.values()`` are none.
READS = re.compile(
    r"\.objects\.(?!visible_to\(request\.user\), pk=pk)"
    r"|\.(filter|exclude|annotate|aggregate|order_by|values_list|select_related|prefetch_related"
    r"|in_bulk)\("
)


def test_what_a_page_reads_stands_in_queries():
    """A view loads a row (``loading.py``) or asks ``queries.py``; it puts no query together."""
    found = {
        str(path.relative_to(ROOT))
        for path in tracked("*/views.py", "*/views/*.py")
        if READS.search(path.read_text(encoding="utf-8"))
    }
    assert found == set()


def test_no_two_classes_have_one_name():
    """Whoever looks for a class finds one; ``Command`` is Django's name for every command."""
    places = {}
    for name, path in ours().items():
        if name.partition(".")[0] in ("tests", "script"):
            continue
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and node.name != "Command":
                places.setdefault(node.name, []).append(name)
    twice = {name for name, where in places.items() if len(where) > 1}
    assert twice == set()


def test_no_folder_holds_more_than_a_reader_can_survey():
    crowded = {}
    for folder in {path.parent for path in tracked("*.py")}:
        names = {p.stem for p in folder.glob("*.py")}
        names |= {p.parent.name for p in folder.glob("*/__init__.py")}
        if len(names - PLUMBING) > MODULES_OF_A_FOLDER:
            crowded[str(folder.relative_to(ROOT))] = len(names)
    assert crowded == {}


def test_no_file_is_longer_than_a_reader_can_keep_in_mind():
    long = {}
    for path in tracked("*.py"):
        if "migrations" in path.parts:
            continue
        lines = path.read_text(encoding="utf-8").count("\n")
        if lines > LINES_OF_A_FILE:
            long[str(path.relative_to(ROOT))] = lines
    assert long == {}


def old_words_of(text):
    """The old words in a text: alone or as a part of a name, in any case."""
    parts = (part.lower() for part in WORD.findall(text))
    return {part for part in parts if OLD_WORDS.fullmatch(part)} | set(
        found[0] for found in OLD_NAMES.finditer(text)
    )


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("# the bell rests", "bell"),
        ("class WishLost:", "wish"),
        ("def send_pulse(at):", "pulse"),
        ("LADDER = ()", "ladder"),
        ("workflow/chasing/plan.py", "chasing"),
        ("<p class='was-told'>", "told"),
    ],
)
def test_an_old_word_is_seen_in_prose_and_in_names(text, word):
    assert word in old_words_of(text)


def test_no_word_is_left_that_only_its_author_understood():
    """In code, comments, docs, templates, catalogues, scripts, tests and the names of files."""
    found = {}
    for path in tracked():
        name = str(path.relative_to(ROOT))
        if name.startswith(SPEAKS_FOR_ITSELF):
            continue
        words = old_words_of(name)
        try:
            words |= old_words_of(path.read_text(encoding="utf-8"))
        except UnicodeDecodeError:  # a picture or a kept database
            pass
        if words:
            found[name] = words
    assert found == {}


def test_who_goes_back_in_a_journey_has_a_browser_that_keeps_pages_for_it():
    """The engine alone keeps none, so Back would always load anew there and prove nothing."""
    back = re.compile(r"go_back|go_forward|history\.|ArrowLeft")
    journeys = {
        path.name: path.read_text(encoding="utf-8")
        for path in (ROOT / "tests" / "journeys").glob("test_*.py")
    }
    going = {name for name, text in journeys.items() if back.search(text)}
    assert "test_forgiving.py" in going
    assert {name for name in going if "\nWHOLE_BROWSER = True" not in journeys[name]} == set()
