"""What the office's people discuss while they write: texts.yaml says who, where and what."""

from demo.book import on, read
from indicators.assignments import assignments
from indicators.models import Comment, Item
from indicators.threads import threads


def discuss(story):
    """Each discussion on a day of its own; what is resolved, an hour later."""
    for number, one in enumerate(read("texts.yaml")["discussions"]):
        item = Item.objects.select_related("assessment__office", "consideration").get(
            assessment=story.cycle.assessment, consideration__code=one["item"]
        )
        people = assignments.current(item.assessment)
        collector = people["consideration", item.consideration_id].user
        place, row = item, None
        if one.get("evidence"):
            place = item.citations.kept().select_related("evidence").earliest("pk").evidence
        for hour, said in enumerate(one["comments"]):
            by = story.people.get(said["by"], collector)
            text = said["text"].format(collector=collector.full_name)
            with on(2017, 6, 28, 9 + hour, number):
                if row is None:
                    row = threads.open_thread(place, text=text, by=by).comment.thread
                else:
                    threads.comment(row, text=text, by=by)
        if one.get("resolved"):
            last = Comment.objects.filter(thread=row).latest("pk")
            with on(2017, 6, 28, 15, number):
                threads.resolve(row, seen=last.pk, by=collector)
