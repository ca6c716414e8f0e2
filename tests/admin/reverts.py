"""The page that reverts a change set, as a person uses it."""

from tests.admin.desk import LOG, page


def revert_page(change_set) -> str:
    return page(LOG, "revert", change_set.pk)


def previewed(desk, change_set, **values):
    """Open the preview, and post what it shows with these values."""
    shown = desk.get(revert_page(change_set), {"change": values["change"]} if "change" in values else {})
    form = shown.context["form"]
    data = {"seen": shown.context["seen"], "reason": form["reason"].value(), "ticket": ""}
    return desk.post(revert_page(change_set), data | values)
