"""A guide as small as one may be, for tests that change one thing in it."""

from pathlib import Path

from mailsettings.guides.form import Guide
from mailsettings.guides.loader import load_guide

SMALL = """
program = "Probe"
title = { uk = "Налаштуйте Probe", en = "Set up Probe" }
summary = { uk = "Коротко.", en = "In short." }
kind = "program"
platforms = ["linux"]
protocols = ["imap", "pop3"]
order = 5
minutes = 3
checked = 2026-11-23
version = { uk = "Probe 1", en = "Probe 1" }
sources = ["TB"]
errors = ["timeout"]

[security_words]
tls = { uk = "{label:secure}", en = "{label:secure}" }
starttls = { uk = "пізніше", en = "later" }

[labels]
secure = { uk = "Захист", en = "Secure", status = "U" }

[[entry]]
id = "add"
title = { uk = "Додайте", en = "Add" }

[[entry.way]]
id = "manual"
mode = "manual"
title = { uk = "Вручну", en = "By hand" }

[[entry.way.step]]
id = "server"
text = { uk = "Введіть сервер.", en = "Type the server." }
values = [{ setting = "incoming.hostname" }, { setting = "incoming.security", label = "secure" }]

[test]
title = { uk = "Перевірте", en = "Check" }

[[test.step]]
id = "send"
text = { uk = "Надішліть листа.", en = "Send a message." }
"""


def write(folder: Path, source: str, name: str = "probe") -> Path:
    path = folder / f"{name}.toml"
    path.write_text(source, encoding="utf-8")
    return path


def guide_of(folder: Path, source: str = SMALL) -> Guide:
    return load_guide(write(folder, source))


def changed(old: str, new: str) -> str:
    """``SMALL`` with one piece replaced, which must be there once."""
    assert SMALL.count(old) == 1, old
    return SMALL.replace(old, new)
