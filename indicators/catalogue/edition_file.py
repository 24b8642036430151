"""Reading an edition from YAML: the whole file is judged before anything is written.

It works on YAML nodes and not on values, because every complaint names its line, because a
code written without quotes (``1.10``) must not become the number 1.1, and because nothing in
the file may build objects.
"""

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any, TypeAlias

import yaml
from django.utils.translation import gettext as _

import thai
from indicators.catalogue.edition_plan import (
    ConsiderationPlan,
    EditionPlan,
    IndicatorPlan,
    LevelPlan,
    RequiredPlan,
    StandardPlan,
)
from indicators.catalogue.edition_yaml import EditionInvalid, compose, decode, line_of
from indicators.states import Source

MAX_ROWS = 2000
MAX_PIECES = 20  # of evidence that one consideration requires
SCORES = (1, 2, 3, 4, 5)

_NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,9})?")
_EDITION_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ROW_CODE = re.compile(r"[0-9A-Za-zก-ฮ]+(\.[0-9A-Za-zก-ฮ]+)*")


def read_edition(source: str | bytes) -> EditionPlan:
    """Judge a file as a whole; raises ``EditionInvalid`` with every mistake that was found."""
    root = compose(decode(source))
    reader = _Reader()
    plan = reader.edition(root)
    if reader.errors:
        raise EditionInvalid(reader.errors)
    return plan


# -- from nodes to a plan -----------------------------------------------------
Rubric: TypeAlias = tuple[tuple[int, str], ...]


class _Reader:
    """Reads nodes and collects complaints; what could not be read is None."""

    def __init__(self) -> None:
        self.errors: list[tuple[int, str]] = []
        self.codes: set[str] = set()
        self.rows = 0

    def complain(self, node: yaml.Node | None, reason: str, **params: object) -> None:
        self.errors.append((line_of(node), reason % params))

    # shapes
    def fields(
        self, node: yaml.Node | None, required: Sequence[str], optional: Sequence[str] = ()
    ) -> dict[str, yaml.Node]:
        """A mapping with known keys only, each once."""
        if not isinstance(node, yaml.MappingNode):
            self.complain(node, _("Here should stand the keys %(keys)s."), keys=", ".join(required))
            return {}
        found = {}
        for key, value in node.value:
            name = str(key.value)
            if name not in (*required, *optional):
                self.complain(key, _("The key “%(key)s” is unknown."), key=name[:40])
            elif name in found:
                self.complain(key, _("The key “%(key)s” stands here twice."), key=name)
            else:
                found[name] = value
        for name in required:
            if name not in found:
                self.complain(node, _("The key “%(key)s” is missing."), key=name)
        return found

    def entries(self, node: yaml.Node | None, key: str) -> list[yaml.Node]:
        """A list with at least one entry."""
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode) or not node.value:
            self.complain(node, _("“%(key)s” must be a list with at least one entry."), key=key)
            return []
        entries: list[yaml.Node] = node.value
        return entries

    def text(self, node: yaml.Node | None, key: str, *, limit: int, required: bool = True) -> str:
        """One line or paragraph of text; empty when it cannot be used."""
        if node is None:
            return ""
        if not isinstance(node, yaml.ScalarNode):
            self.complain(node, _("“%(key)s” must be a text."), key=key)
            return ""
        value = "" if node.tag.endswith(":null") else unicodedata.normalize("NFC", node.value)
        if any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t" for c in value):
            self.complain(node, _("“%(key)s” holds invisible control characters."), key=key)
            return ""
        value = " ".join(value.split())
        if required and not value:
            self.complain(node, _("“%(key)s” is empty."), key=key)
        if len(value) > limit:
            self.complain(
                node, _("“%(key)s” is longer than %(limit)s characters."), key=key, limit=limit
            )
        return value

    def number(
        self, node: yaml.Node | None, key: str, *, places: int, below: int
    ) -> Decimal | None:
        """A number above zero with at most ``places`` decimals, taken exactly as written."""
        if node is None:
            return None
        raw = thai.to_arabic_digits(node.value) if isinstance(node, yaml.ScalarNode) else ""
        if not _NUMBER.fullmatch(raw):
            self.complain(node, _("“%(key)s” must be a number."), key=key)
            return None
        value = Decimal(raw)
        if value <= 0:
            self.complain(node, _("“%(key)s” must be more than 0."), key=key)
        elif value >= below:
            self.complain(node, _("“%(key)s” must be below %(below)s."), key=key, below=below)
        elif value != round(value, places):
            self.complain(
                node, _("“%(key)s” has more than %(places)s decimals."), key=key, places=places
            )
        else:
            return value
        return None

    def score(self, node: yaml.Node | None, key: str) -> int | None:
        """A level 1–5."""
        if node is None:
            return None
        raw = thai.to_arabic_digits(node.value) if isinstance(node, yaml.ScalarNode) else ""
        if raw not in ("1", "2", "3", "4", "5"):
            self.complain(node, _("“%(key)s” must be 1, 2, 3, 4 or 5."), key=key)
            return None
        return int(raw)

    # the edition
    def edition(self, root: yaml.Node) -> EditionPlan:
        top = self.fields(root, ("edition", "standards"))
        head = {}
        if "edition" in top:
            head = self.fields(
                top["edition"],
                ("code", "title", "levels"),
                ("note", "verified", "pass_level", "default_rubric"),
            )
        default = self.rubric(head["default_rubric"]) if "default_rubric" in head else ()
        return EditionPlan(
            code=self.edition_code(head.get("code")),
            title=self.text(head.get("title"), "title", limit=300),
            note=self.text(head.get("note"), "note", limit=5000, required=False),
            pass_level=self.score(head.get("pass_level"), "pass_level") or 3,
            levels=self.levels(head.get("levels")),
            standards=self.standards(top.get("standards"), default),
        )

    def edition_code(self, node: yaml.Node | None) -> str:
        code = self.text(node, "code", limit=40)
        if code and not _EDITION_CODE.fullmatch(code):
            self.complain(node, _("“code” may hold a–z, 0–9 and single hyphens only."))
        return code

    def levels(self, node: yaml.Node | None) -> tuple[LevelPlan, ...]:
        """Five levels, best first, each bound below the one before; every mean has a name."""
        found: dict[int, tuple[yaml.Node, LevelPlan | None]] = {}
        for entry in self.entries(node, "levels"):
            fields = self.fields(entry, ("score", "name", "at_least"))
            score = self.score(fields.get("score"), "score")
            name = self.text(fields.get("name"), "name", limit=60)
            bound = self.number(fields.get("at_least"), "at_least", places=2, below=6)
            if score in found:
                self.complain(entry, _("Level %(score)s stands here twice."), score=score)
            elif score and bound is not None:
                found[score] = (entry, LevelPlan(score, name, bound))
            elif score:
                found[score] = (entry, None)
        if node is not None and found:
            self.check_levels(node, found)
        read = sorted(found.items(), reverse=True)
        return tuple(plan for _score, (_entry, plan) in read if plan is not None)

    def check_levels(
        self, node: yaml.Node | None, found: dict[int, tuple[yaml.Node, LevelPlan | None]]
    ) -> None:
        if missing := [str(score) for score in SCORES if score not in found]:
            self.complain(node, _("Levels are missing: %(levels)s."), levels=", ".join(missing))
        read = [(entry, plan) for _score, (entry, plan) in sorted(found.items()) if plan]
        for (_entry, lower), (entry, higher) in pairwise(read):
            if higher.at_least <= lower.at_least:
                self.complain(
                    entry,
                    _("“at_least” of level %(score)s must be above that of level %(lower)s."),
                    score=higher.score,
                    lower=lower.score,
                )
        if read and read[0][1].score == 1 and read[0][1].at_least > 1:
            self.complain(read[0][0], _("“at_least” of level 1 must be 1 at most."))

    def rubric(self, node: yaml.Node | None) -> tuple[tuple[int, str], ...]:
        """A text for each of the levels 1–5, best first."""
        if not isinstance(node, yaml.MappingNode):
            self.complain(node, _("The rubric needs a text for each level 1–5."))
            return ()
        found = {}
        for key, value in node.value:
            score = self.score(key, "rubric")
            if score in found:
                self.complain(key, _("Level %(score)s stands here twice."), score=score)
            elif score:
                found[score] = self.text(value, str(score), limit=5000)
        if missing := [str(score) for score in SCORES if score not in found]:
            self.complain(node, _("Levels are missing: %(levels)s."), levels=", ".join(missing))
        return tuple(sorted(found.items(), reverse=True))

    def standards(self, node: yaml.Node | None, default: Rubric) -> tuple[StandardPlan, ...]:
        plans = []
        for entry in self.entries(node, "standards"):
            row, fields = self.row(entry, "", "indicators")
            below = self.entries(fields.get("indicators"), "indicators")
            plans.append(
                StandardPlan(
                    **row, indicators=tuple(self.indicator(n, row, default) for n in below)
                )
            )
        return tuple(plans)

    def indicator(self, entry: yaml.Node, parent: dict[str, Any], default: Rubric) -> IndicatorPlan:
        row, fields = self.row(entry, parent["code"], "considerations")
        below = self.entries(fields.get("considerations"), "considerations")
        return IndicatorPlan(
            **row, considerations=tuple(self.consideration(n, row, default) for n in below)
        )

    def consideration(
        self, entry: yaml.Node, parent: dict[str, Any], default: Rubric
    ) -> ConsiderationPlan:
        row, fields = self.row(entry, parent["code"], None)
        rubric = self.rubric(fields["rubric"]) if "rubric" in fields else default
        if not rubric and "rubric" not in fields:
            self.complain(entry, _("“rubric” is missing, and the edition has no default_rubric."))
        return ConsiderationPlan(
            **row, rubric=rubric, evidence=self.required(fields.get("evidence"))
        )

    def required(self, node: yaml.Node | None) -> tuple[RequiredPlan, ...]:
        """The pieces of evidence that a consideration must have, each once."""
        entries = self.entries(node, "evidence")
        if len(entries) > MAX_PIECES:
            self.complain(
                node, _("“evidence” has more than %(pieces)s entries."), pieces=MAX_PIECES
            )
        plans: dict[str, RequiredPlan] = {}
        for entry in entries:
            fields = self.fields(entry, ("title", "source"))
            title = self.text(fields.get("title"), "title", limit=300)
            if (folded := thai.fold(title)) in plans and title:
                self.complain(entry, _("“%(title)s” stands here twice."), title=title)
            plans[folded] = RequiredPlan(title, self.source(fields.get("source")))
        return tuple(plans.values())

    def row(
        self, entry: yaml.Node, parent_code: str, below: str | None
    ) -> tuple[dict[str, Any], dict[str, yaml.Node]]:
        """Code, title, source and weight of one row, and its raw fields."""
        self.rows += 1
        if self.rows == MAX_ROWS + 1:
            self.complain(entry, _("The edition has more than %(rows)s rows."), rows=MAX_ROWS)
        required = ("code", "title", "source", "weight", *filter(None, [below]))
        fields = self.fields(entry, required, () if below else ("rubric", "evidence"))
        row = {
            "code": self.row_code(fields.get("code"), parent_code),
            "title": self.text(fields.get("title"), "title", limit=2000),
            "source": self.source(fields.get("source")),
            "weight": self.number(fields.get("weight"), "weight", places=3, below=10_000),
        }
        return row, fields

    def source(self, node: yaml.Node | None) -> str:
        """Where the wording comes from."""
        source = self.text(node, "source", limit=20)
        if source and source not in Source.values:
            self.complain(node, _("“source” must be public or draft."))
        return source

    def row_code(self, node: yaml.Node | None, parent_code: str) -> str:
        code = thai.to_arabic_digits(self.text(node, "code", limit=20))
        if not code:
            return ""
        if not _ROW_CODE.fullmatch(code):
            self.complain(node, _("The code “%(code)s” must be parts joined by dots."), code=code)
        elif code in self.codes:
            self.complain(node, _("The code “%(code)s” stands here twice."), code=code)
        elif parent_code and not code.startswith(f"{parent_code}."):
            self.complain(
                node,
                _("The code “%(code)s” must begin with “%(parent)s.”."),
                code=code,
                parent=parent_code,
            )
        self.codes.add(code)
        return code
