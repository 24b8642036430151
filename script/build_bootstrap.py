"""Makes static/vendor/bootstrap/: the part of Bootstrap's style sheet that the pages use.

    .venv/bin/python script/build_bootstrap.py

A rule stays when every class and every ``data-bs-…`` attribute in one of its selectors is written
somewhere in the templates, the Python code, the scripts, or crispy's templates for a plain form.
Classes that only Bootstrap knows go, and with them the keyframes and variables nobody asks for.
A class name put together while the program runs is not found: write names out.
"""

import ast
import importlib.util
import re
import sys
from pathlib import Path

import tinycss2
from tinycss2.ast import AtRule, Declaration, FunctionBlock, QualifiedRule

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "static" / "vendor" / "bootstrap" / "bootstrap-5.3.3-used.css"
COMMAND = ".venv/bin/python script/build_bootstrap.py"
HEAD = """@charset "UTF-8";
/*!
 * Bootstrap v5.3.3 (https://getbootstrap.com/), only the rules in use
 * Copyright 2011-2024 The Bootstrap Authors
 * Licensed under MIT (https://github.com/twbs/bootstrap/blob/main/LICENSE)
 * Made by script/build_bootstrap.py; do not edit.
 */
"""
CRISPY = "uni_form whole_uni_form errors field".split()  # what a form without a layout renders
NO_CODE_OF_PAGES = {"tests", "script", "var", "docs", "locale", "static", "templates"}
TAG = r"\{[%{#].*?[%}#]\}"
COMMENT = re.compile(r"\{%\s*comment.*?endcomment\s*%\}|\{#.*?#\}|<!--.*?-->", re.DOTALL)
CLASSES = re.compile(rf"""\bclass\s*=\s*(?:"((?:{TAG}|[^"])*)"|'((?:{TAG}|[^'])*)')""", re.DOTALL)
CRISPY_CLASSES = re.compile(r"crispy_field \S+ 'class' '([^']*)'")
INCLUDED = re.compile(r"include ['\"]bootstrap5/([^'\"]+)['\"]")
LITERAL = re.compile(r"""'([^'\n]*)'|"([^"\n]*)"|`([^`]*)`""")
NAME = re.compile(r"[A-Za-z_][\w-]*\*?")
TRANSLATED = {"_", "gettext", "gettext_lazy", "ngettext", "pgettext", "ngettext_lazy"}


def main():
    text = build()
    TARGET.write_text(text, encoding="utf-8")
    full = source().stat().st_size
    sys.stdout.write(f"{TARGET.relative_to(ROOT)}: {len(text.encode())} of {full} bytes\n")


def build() -> str:
    """The style sheet as it should be for the tree as it is."""
    rules = tinycss2.parse_stylesheet(
        source().read_text(encoding="utf-8"), skip_comments=True, skip_whitespace=True
    )
    used = Used(names(), attributes())
    kept = [text for text in (keep(rule, used) for rule in rules) if text]
    ours = "".join(path.read_text(encoding="utf-8") for path in sorted(files("static", "css")))
    return HEAD + without_unasked(kept, ours)


def source() -> Path:
    """Bootstrap as its package brings it."""
    return package("bootstrap") / "static" / "bootstrap" / "css" / "bootstrap.min.css"


def package(name: str) -> Path:
    return Path(importlib.util.find_spec(name).origin).parent


# -- what is used ---------------------------------------------------------------
class Used:
    """Names of classes, some as beginnings (``alert-*``), and of attributes."""

    def __init__(self, classes: set[str], attributes: set[str]):
        self.classes, self.attributes = classes, attributes
        self.beginnings = tuple(name[:-1] for name in classes if name.endswith("-*"))

    def has(self, name: str) -> bool:
        return name in self.classes or name.startswith(self.beginnings)


def files(folder: str, kind: str):
    """Our own files of one kind; what comes from others lies in a folder ``vendor``."""
    paths = (ROOT / folder).rglob(f"*.{kind}")
    return (path for path in paths if "vendor" not in path.relative_to(ROOT).parts)


def names() -> set[str]:
    """Every word that stands where a class name may stand."""
    found = set()
    for path in (*files("templates", "html"), *crispy_templates()):
        found |= classes_of_template(path.read_text(encoding="utf-8"))
    for folder in ROOT.iterdir():
        if folder.name not in NO_CODE_OF_PAGES and (folder / "__init__.py").exists():
            for path in folder.rglob("*.py"):
                found |= words_of_python(path.read_text(encoding="utf-8"))
    for path in files("static", "js"):
        code = re.sub(r"//.*", "", path.read_text(encoding="utf-8"))
        found |= words_of_literals(code)
    return found


def attributes() -> set[str]:
    texts = (path.read_text(encoding="utf-8") for path in files("templates", "html"))
    return {name for text in texts for name in re.findall(r"\bdata-bs-[a-z-]+", text)}


def classes_of_template(text: str) -> set[str]:
    """The names in ``class="…"``; ``alert-{{ … }}`` becomes ``alert-*``."""
    found, text = set(), COMMENT.sub("", text)
    for match in (*CLASSES.finditer(text), *CRISPY_CLASSES.finditer(text)):
        value = next(filter(None, match.groups()), "")
        for tag in re.findall(TAG, value, re.DOTALL):  # {{ x|yesno:"btn-primary,btn-link" }}
            found |= words_of_literals(tag)
        value = re.sub(r"\{%.*?%\}", lambda tag: "*" if open_end(tag) else " ", value)
        value = re.sub(r"\{\{.*?\}\}", "*", value)
        found.update(NAME.findall(value))
    return found


def words_of_literals(code: str) -> set[str]:
    return {word for literal in LITERAL.finditer(code) for word in NAME.findall(literal[0])}


def open_end(tag) -> bool:
    """Whether a name is written up to this ``{% … %}`` and goes on inside: ``alert-{% if …``."""
    return tag.string[: tag.start()].endswith("-")


def crispy_templates():
    """The templates of crispy that a form without a layout can reach."""
    folder = package("crispy_bootstrap5") / "templates" / "bootstrap5"
    waiting, seen = [f"{name}.html" for name in CRISPY], set()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += INCLUDED.findall((folder / name).read_text(encoding="utf-8"))
    return [folder / name for name in sorted(seen)]


def words_of_python(text: str) -> set[str]:
    """The words of texts that may be classes: no docstring, nothing to be translated."""
    tree = ast.parse(text)
    skipped = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            skipped.add(node.value)
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") in TRANSLATED:
            skipped.update(node.args)
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in skipped:
            found |= classes_of_python(node.value)
    return found


def classes_of_python(value: str) -> set[str]:
    """The names in ``<i class="…">``, else all words of a text that is nothing but names."""
    if "<" in value:
        return classes_of_template(value)
    words = value.split()
    return set(words) if all(NAME.fullmatch(word) for word in words) else set()


# -- what is kept ---------------------------------------------------------------
def keep(rule, used: Used):
    """The rule with the selectors in use, as text; empty when none is."""
    if isinstance(rule, QualifiedRule):
        wanted = [part for part in selectors(rule.prelude) if is_used(part, used)]
        if not wanted:
            return ""
        return f"{','.join(map(written, wanted))}{{{tinycss2.serialize(rule.content)}}}"
    if isinstance(rule, AtRule) and rule.lower_at_keyword == "media":
        inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
        kept = [text for text in (keep(each, used) for each in inner) if text]
        return f"@media {written(rule.prelude)}{{{''.join(kept)}}}" if kept else ""
    if isinstance(rule, AtRule) and rule.lower_at_keyword.endswith("keyframes"):
        return rule.serialize()
    if isinstance(rule, AtRule) and rule.lower_at_keyword == "charset":
        return ""
    raise ValueError(f"Bootstrap has a rule that is new here: {rule.serialize()[:80]}")


def written(tokens) -> str:
    return tinycss2.serialize(tokens).strip()


def selectors(prelude):
    """The prelude cut at its commas."""
    part = []
    for piece in prelude:
        if piece == ",":
            yield part
            part = []
        else:
            part.append(piece)
    yield part


def is_used(selector, used: Used) -> bool:
    """Whether something can match it; what stands in ``:not(…)`` need not exist."""
    before = None
    for token in selector:
        if token.type == "ident" and before == "." and not used.has(token.value):
            return False
        if isinstance(token, FunctionBlock) and token.lower_name != "not":
            if not any(is_used(part, used) for part in selectors(token.arguments)):
                return False
        if token.type == "[] block":
            name = token.content[0].value
            if name.startswith("data-bs-") and name not in used.attributes:
                return False
        before = token.value if token.type == "literal" else None
    return True


# -- what nobody asks for -------------------------------------------------------
def without_unasked(rules: list[str], ours: str) -> str:
    """Drop keyframes without an animation and variables that neither rules nor ``ours`` read."""
    while True:
        text = "\n".join(rules) + "\n"
        asked = set(re.findall(r"var\(\s*(--[\w-]+)", text + ours))
        smaller = [kept for kept in (lean(rule, text + ours, asked) for rule in rules) if kept]
        if smaller == rules:
            return text
        rules = smaller


def lean(rule: str, text: str, asked: set[str]) -> str:
    if match := re.match(r"@(?:-webkit-)?keyframes ([\w-]+)", rule):
        return rule if re.search(rf"animation[\w-]*:[^;}}]*\b{match[1]}\b", text) else ""
    parsed = tinycss2.parse_one_rule(rule)
    if not isinstance(parsed, QualifiedRule):
        return rule
    lines = tinycss2.parse_blocks_contents(parsed.content, skip_whitespace=True)
    kept = [
        written([line]).rstrip(";")
        for line in lines
        if not (isinstance(line, Declaration) and line.name.startswith("--bs-"))
        or line.name in asked
    ]
    return f"{written(parsed.prelude)}{{{';'.join(kept)}}}" if kept else ""


if __name__ == "__main__":
    main()
