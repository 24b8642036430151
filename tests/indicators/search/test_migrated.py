"""What was stored before there was a search is found as what is stored today."""

from importlib import import_module

import pytest
from django.apps import apps

from indicators.evidence.evidence import revise
from indicators.models import Evidence, IndicatorReview, Item, ItemRequest
from indicators.narratives.reviews import save_review
from indicators.requests import requests
from tests.factories.content import make_evidence
from tests.factories.loading import load_again
from tests.indicators.search.test_finding import find, write

pytestmark = pytest.mark.postgres


def test_texts_and_evidence_of_the_version_before_are_folded(year):
    write(year, year.item, "จัดประชุม ๓ ครั้ง")
    review = year.assessment.reviews.select_related("assessment", "indicator").first()
    texts = {"strengths": "ทีมงาน", "to_improve": "", "problems": "", "measures": ""}
    save_review(review, **texts, version=review.version, by=year.coordinator)
    row = make_evidence(year.office, by=year.staff, title="แผน", name="เก่า.pdf")
    revise(row, links=[("https://example.go.th/", "")], note="ปรับปรุง", by=year.staff)
    make_evidence(year.office, by=year.staff, title="ส านักงาน", name="ใหม่.pdf")
    models, stored = (Item, IndicatorReview, Evidence), []
    for model in models:
        stored.append(list(model.objects.order_by("pk").values_list("search_text", flat=True)))
        model.objects.update(search_text="")
    assert find(year.staff, "ประชุม", "narratives") == []
    import_module("indicators.migrations.0010_search").fold_texts(apps, None)
    assert [
        list(model.objects.order_by("pk").values_list("search_text", flat=True)) for model in models
    ] == stored
    assert find(year.staff, "สำนักงาน ใหม่") == ["ส านักงาน"]


def test_requests_of_the_version_before_are_folded(year):
    asked = requests.ask(load_again(year.item), text="แนบ  ๓ ภาพ", by=load_again(year.member))
    requests.finish(asked, text="แล้ว", by=load_again(year.collector))
    requests.accept(asked, seen=asked.version, by=load_again(year.member))
    stored = ItemRequest.objects.get().search_text
    ItemRequest.objects.update(search_text="")
    import_module("indicators.migrations.0020_joined_pieces").fold_requests(apps, None)
    assert ItemRequest.objects.get().search_text == stored == "แนบ 3 ภาพ แล้ว"
