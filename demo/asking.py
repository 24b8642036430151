"""What the office's people ask of each other while they write: data/requests.yaml says what."""

from datetime import date

from demo.book import on, read
from indicators.assignments import assignments
from indicators.models import Item, ItemRequest
from indicators.narratives import items
from indicators.requests import requests

DAY = date(2017, 7, 12)


def ask_around(story, *, living):
    """Everything asked on one day, and answered hour by hour; ``living`` leaves some waiting."""
    for number, one in enumerate(read("requests.yaml")):
        item = _item(story, one["item"])
        collector = assignments.current(item.assessment)["consideration", item.consideration_id]
        by = story.people[one["by"]]
        with on(DAY.year, DAY.month, DAY.day, 9, number):
            row = _ask(item, one, by)
        answers = one["answers"][: one["living"]] if living else one["answers"]
        for hour, answer in enumerate(answers, start=10):
            with on(DAY.year, DAY.month, DAY.day, hour, number):
                _answer(row, *next(iter(answer.items())), by=by, collector=collector.user)


def _item(story, code):
    return Item.objects.select_related(
        "assessment__office", "consideration__indicator__standard"
    ).get(assessment=story.cycle.assessment, consideration__code=code)


def _ask(item, one, by):
    if one.get("returned"):
        items.take_back(item, by=by, why=one["text"])
        return ItemRequest.objects.get(item=item)
    return requests.ask(item, text=one["text"], due_on=one.get("due"), by=by)


def _answer(row, move, text, *, by, collector):
    row = ItemRequest.objects.select_related(
        "asked_by", "asked_of", "evidence", "item__assessment__office", "item__consideration"
    ).get(pk=row.pk)
    if move == "done":
        requests.finish(row, text=text, by=collector)
    elif move == "hand_in":
        items.hand_in(row.item, by=collector)
    elif move == "send_back":
        requests.send_back(row, text=text, seen=row.version, by=by)
    else:
        requests.accept(row, text=text, seen=row.version, by=by)
