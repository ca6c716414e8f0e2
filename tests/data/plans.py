"""Plans and what they leave behind, for tests."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import ChangeSet
from mailsettings import changes


def edit(instance: Any, **values: Any) -> changes.Plan:
    """The plan of one change, which is made to ``instance`` at once."""
    plan = changes.Plan()
    before = changes.snapshot(instance)
    for name, value in values.items():
        setattr(instance, name, value)
    plan.change(instance, before)
    return plan


def by(reason="") -> ChangeSet:
    return ChangeSet(source="admin", reason=reason)


def problems_of(plan: changes.Plan) -> list[changes.Problem]:
    """What a plan is refused for."""
    with pytest.raises(changes.Refused) as refused:
        changes.apply(plan, by())
    return refused.value.problems


def everything() -> dict:
    """Every row of every model that plans write, without who wrote it last."""
    return {
        model._meta.label: {row.pk: changes.snapshot(row) for row in model.objects.all()} for model in changes.MODELS
    }
