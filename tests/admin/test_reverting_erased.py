"""What was erased for a customer stays erased, whatever is reverted at the desk."""

import pytest

from accounts.models import ChangeSet, Customer
from mailsettings import privacy
from mailsettings.models import Domain
from tests import build
from tests.admin.desk import CUSTOMER, LOG, operator, page
from tests.admin.reverts import revert_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def erased():
    """A customer whose data was erased, the change set of that, and an older one that gave them a name."""
    customer = build.customer(name="Квітославська", phone="1")
    older = build.change(customer, name="Інша")
    build.domain(customer=customer)
    erasure = privacy.erase(Customer.objects.get(), privacy.Domains.SUSPEND, ChangeSet(reason="request")).change_set
    return customer, older, erasure


def test_an_erasure_offers_no_revert_and_refuses_one_in_words(erased):
    customer, _older, erasure = erased
    desk = operator()

    log = desk.get(page(LOG, "change", erasure.pk)).content.decode()
    history = desk.get(page(CUSTOMER, "history", customer.pk)).content.decode()
    response = desk.post(revert_page(erasure), {"seen": desk.get(revert_page(erasure)).context["seen"], "reason": "x"})

    assert revert_page(erasure) not in log
    assert revert_page(erasure) not in history
    assert "personal data, which must not come back" in response.content.decode()
    assert Domain.objects.get().status == "suspended"
    assert ChangeSet.objects.first() == erasure


def test_an_erased_value_is_not_put_back_by_reverting_an_older_change(erased):
    _customer, older, erasure = erased
    desk = operator()
    shown = desk.get(revert_page(older))

    response = desk.post(revert_page(older), {"seen": shown.context["seen"], "reason": "x", "every": "anyway"})

    assert "Personal data in this was erased" in response.content.decode()
    assert Customer.objects.get().name == ""
    assert ChangeSet.objects.first() == erasure
