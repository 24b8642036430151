"""Every verb that the program writes into the history has a name and a subject to find it by."""

import ast
from functools import cache
from pathlib import Path

from core.history_words import SUBJECTS, VERBS
from indicators.history_words import OLD_VERBS
from workflow.states import StepMove

APPS = ("core", "notifications", "people", "indicators", "workflow", "reports", "demo")


@cache
def sources():
    return {
        path: ast.parse(path.read_text(encoding="utf-8"))
        for app in APPS
        for path in Path(app).rglob("*.py")
        if "migrations" not in path.parts
    }


def texts_of(node):
    """The verbs an expression may be; a helper's own parameter is none."""
    if isinstance(node, ast.IfExp):
        return texts_of(node.body) | texts_of(node.orelse)
    return {node.value} if isinstance(node, ast.Constant) else set()


def verb_arguments(tree):
    """``(function around it, what it passes as verb)`` for each call with ``verb=``."""
    for around in ast.walk(tree):
        if isinstance(around, ast.FunctionDef):
            for call in ast.walk(around):
                if isinstance(call, ast.Call):
                    for word in call.keywords:
                        if word.arg == "verb":
                            yield around, word.value


def helpers():
    """``(file, name) → (prefix, place of its verb)`` of functions that pass a verb on."""
    found = {}
    for path, tree in sources().items():
        for around, value in verb_arguments(tree):
            names = [arg.arg for arg in around.args.args]
            prefix = value.values[0].value if isinstance(value, ast.JoinedStr) else ""
            passed = value.values[1].value if isinstance(value, ast.JoinedStr) else value
            if isinstance(passed, ast.Name) and passed.id in names:
                found[path, around.name] = prefix, names.index(passed.id)
    return found


@cache
def imported_in(path):
    return {
        alias.asname or alias.name
        for node in ast.walk(sources()[path])
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def helper_called(call, path, known):
    if not isinstance(call, ast.Call):
        return None
    imported = imported_in(path)
    of_module = isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name)
    if of_module and call.func.value.id in imported:
        name = call.func.attr
        return next((known[key] for key in known if key[1] == name), None)
    if not isinstance(call.func, ast.Name):
        return None
    name = call.func.id
    if (path, name) in known:
        return known[path, name]
    return next((known[key] for key in known if key[1] == name and name in imported), None)


@cache
def written():
    """All verbs in the source."""
    known = helpers()
    verbs = {f"step.{move}" for move in StepMove.values}
    for path, tree in sources().items():
        for _around, value in verb_arguments(tree):
            verbs |= texts_of(value)
        for call in ast.walk(tree):
            if helper := helper_called(call, path, known):
                prefix, place = helper
                if place < len(call.args):  # else a namesake, which passes no verb
                    verbs |= {f"{prefix}{text}" for text in texts_of(call.args[place])}
    return verbs


def test_the_scan_sees_verbs_however_they_are_passed():
    direct, helped, chosen, kept = (
        "cycle.open",
        "proposal.return",
        "assignment.transfer",
        "group.change",
    )
    assert {direct, helped, chosen, kept, "document.fail", "step.reopen"} <= written()


def test_every_verb_has_a_name():
    assert sorted(written() - set(VERBS)) == []


def test_no_name_is_left_of_a_verb_that_is_gone():
    assert sorted(set(VERBS) - OLD_VERBS.keys() - written()) == []
    assert not OLD_VERBS.keys() & written()


def test_every_verb_is_found_by_exactly_one_subject():
    """The filter of the history hides nothing and shows nothing twice."""
    for verb in VERBS:
        fitting = [name for name, heads in SUBJECTS.items() if verb.startswith(heads)]
        assert len(fitting) == 1, (verb, fitting)
