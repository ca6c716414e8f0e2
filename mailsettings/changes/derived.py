"""What is computed from rows and kept beside them: the brand that they are seen under, and words to find them by."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import OuterRef, QuerySet, Subquery

from accounts.models import Brand, Customer, Recorded, SearchWord
from mailsettings.core.batches import batches
from mailsettings.models import Domain, DomainName, Mailbox

from .plan import Action, Plan, Row

# Where the ``brand_key`` of a row comes from.
BRAND_OF: dict[type[Recorded], tuple[type[Recorded], str]] = {
    Domain: (Customer, "customer"), DomainName: (Domain, "domain"), Mailbox: (Domain, "domain"),
}  # fmt: skip


def take_brand_keys(model: type[Recorded], instances: Sequence[Recorded]) -> None:
    """Give rows the brand of their owner, which is written before them. A domain name keeps it in its words only."""
    if model is Customer:
        default = Brand.objects.filter(is_default=True).values_list("pk", flat=True).first()
        for customer, brand in zip(instances, _owners(instances, "brand"), strict=True):
            customer.brand_key = 0 if brand in (None, default) else brand
    elif model in BRAND_OF:
        owner, column = BRAND_OF[model]
        pks = _owners(instances, column)
        keys = dict(owner._default_manager.filter(pk__in=set(pks)).values_list("pk", "brand_key"))
        for instance, pk in zip(instances, pks, strict=True):
            instance.brand_key = keys[pk]


def _owners(instances: Sequence[Recorded], column: str) -> list[int | None]:
    """The key of what each row points at. What the same plan adds is known to the row only as an object so far."""
    pointing = instances[0]._meta.get_field(column)
    found = []
    for instance in instances:
        owner = getattr(instance, column) if pointing.is_cached(instance) else None
        found.append(owner.pk if owner else getattr(instance, pointing.attname))
    return found


def move_to_brands(plan: Plan) -> None:
    """Bring the brand of everything that lies below a moved record in step."""
    marked = [row.instance for row in plan.of(Brand, Action.ADD, Action.CHANGE) if _marks_default(row)]
    for brand in marked:
        Customer.objects.filter(brand=brand).update(brand_key=0 if brand.is_default else brand.pk)
    moved = [row.instance.pk for row in plan.of(Customer, Action.CHANGE) if "brand_id" in row.before]
    for brands in batches(marked):
        _move_customers(Customer.objects.filter(brand__in=brands))
    for pks in batches(moved):
        _move_customers(Customer.objects.filter(pk__in=pks))
    for pks in batches(row.instance.pk for row in plan.of(Domain, Action.CHANGE) if "customer_id" in row.before):
        _move_parts(Domain.objects.filter(pk__in=pks))


def _marks_default(row: Row) -> bool:
    return row.instance.is_default if row.action == Action.ADD else "is_default" in row.before


def _move_customers(customers: QuerySet[Customer]) -> None:
    _take_over(Domain.objects.filter(customer__in=customers.values("pk")), Customer, "customer_id")
    _take_over(_words(Customer, customers), Customer, "object_pk")
    _move_parts(Domain.objects.filter(customer__in=customers.values("pk")))


def _move_parts(domains: QuerySet[Domain]) -> None:
    names = DomainName.objects.filter(domain__in=domains.values("pk"))
    mailboxes = Mailbox.objects.filter(domain__in=domains.values("pk"))
    of_name = DomainName.objects.filter(pk=OuterRef("object_pk")).values("domain__brand_key")
    _words(DomainName, names).update(brand_key=Subquery(of_name))
    _take_over(mailboxes, Domain, "domain_id")
    _take_over(_words(Mailbox, mailboxes), Mailbox, "object_pk")


def _take_over(rows: QuerySet, owner: type[Recorded], column: str) -> None:
    rows.update(brand_key=Subquery(owner._default_manager.filter(pk=OuterRef(column)).values("brand_key")))


def _words(model: type[Recorded], rows: QuerySet) -> QuerySet[SearchWord]:
    return SearchWord.objects.filter(kind=model._meta.model_name, object_pk__in=rows.values("pk"))


def write_words(model: type[Recorded], instances: Sequence[Recorded]) -> None:
    if model.searched:
        kind = model._meta.model_name
        SearchWord.objects.bulk_create(
            SearchWord(kind=kind, brand_key=getattr(instance, "brand_key", 0), word=word, object_pk=instance.pk)
            for instance in instances
            for word in sorted(instance.search_words())
        )


def forget_words(model: type[Recorded], instances: Sequence[Recorded]) -> None:
    if model.searched and instances:
        gone = SearchWord.objects.filter(kind=model._meta.model_name, object_pk__in=[row.pk for row in instances])
        gone._raw_delete(gone.db)
