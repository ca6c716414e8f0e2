"""What was found by «ґ» only is found by «г» when the site is upgraded, and a release before that still finds it."""

from importlib import import_module

import pytest
from django.apps import apps

from accounts.models import SearchWord
from tests import build
from tests.admin.desk import operator
from tests.admin.test_finding import find, opened

pytestmark = pytest.mark.django_db
migration = import_module("mailsettings.migrations.0015_fold_search_words")


def test_an_upgrade_folds_the_words_of_earlier_releases(monkeypatch):
    monkeypatch.setattr(migration, "BATCH", 2)
    customer = build.customer("c1", name="Ґрунт Ґанок Дзиґа Поле")
    build.domain("pole.example", customer=customer)
    own = SearchWord.objects.filter(kind="customer", object_pk=customer.pk)
    now = set(own.values_list("word", flat=True))
    before = {word.replace("г", "ґ") for word in now}
    own.delete()
    SearchWord.objects.bulk_create(
        SearchWord(kind="customer", brand_key=customer.brand_key, word=word, object_pk=customer.pk) for word in before
    )

    for _again in range(2):
        migration.fold(apps, None)

        assert set(own.values_list("word", flat=True)) == before | now
    assert opened(find("дзига\nДякую, Грунт Ганок", operator())) == "pole.example"
