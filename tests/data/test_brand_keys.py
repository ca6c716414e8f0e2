"""Whoever stood under the default brand by mistake comes under their own when the site is upgraded."""

from importlib import import_module

import pytest
from django.apps import apps

from accounts.models import Customer, SearchWord
from mailsettings.models import Domain, Mailbox
from tests import build
from tests.admin.desk import person

pytestmark = pytest.mark.django_db
KEPT = (Customer, Domain, Mailbox, SearchWord)


def keys():
    return {model: list(model.objects.order_by("pk").values_list("pk", "brand_key")) for model in KEPT}


def test_an_upgrade_brings_everything_of_a_customer_under_its_own_brand():
    main, other = build.brand("main", is_default=True), build.brand("other")
    build.domain("main.com.ua", customer=build.customer("c1", brand=main), mailboxes=["olena"])
    build.domain("none.com.ua", customer=build.customer("c2"), mailboxes=["olena"])
    build.domain("other.com.ua", customer=build.customer("c3", brand=other), mailboxes=["olena"])
    right = keys()
    for model in KEPT:
        model.objects.update(brand_key=0)

    import_module("mailsettings.migrations.0011_mend_brand_keys").mend(apps, None)

    assert keys() == right
    support = person("support", brand=main)
    assert {str(customer) for customer in Customer.objects.visible_to(support)} == {"c1", "c2"}
