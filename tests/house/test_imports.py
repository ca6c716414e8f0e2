"""The house: imports run one way. The order below is the way; whoever stands in it may import what stands before."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Each layer with the layers it may import. ``mailsettings.core`` is pure, so everybody may.
LAYERS = {
    "mailsettings.core": set(),
    "accounts": {"mailsettings.core"},
    "mailsettings.formats": {"mailsettings.core"},
    "mailsettings.guides": {"mailsettings.core"},
    "mailsettings.articles": {"mailsettings.core"},
    "mailsettings.search": {"mailsettings.core", "mailsettings.guides", "mailsettings.articles"},
    "mailsettings.models": {"mailsettings.core", "mailsettings.formats", "mailsettings.guides", "accounts"},
    "mailsettings.rules": {"mailsettings.core", "mailsettings.models", "accounts"},
    "mailsettings.memory": {"accounts"},
    "mailsettings.signing": set(),
    "mailsettings.sealing": set(),
    "mailsettings.rendering": {"mailsettings.core", "mailsettings.formats", "mailsettings.memory",
                               "mailsettings.signing"},
    "mailsettings.lookup": {"mailsettings.core", "mailsettings.models", "mailsettings.memory", "accounts"},
    "mailsettings.changes": {"mailsettings.core", "mailsettings.models", "mailsettings.memory", "mailsettings.rules",
                             "accounts"},
    "mailsettings.reverting": {"mailsettings.core", "mailsettings.models", "mailsettings.changes", "mailsettings.rules",
                               "mailsettings.privacy", "accounts"},
    "mailsettings.directory": {"mailsettings.core", "mailsettings.models", "mailsettings.changes", "mailsettings.rules",
                               "accounts"},
    "mailsettings.imports": {"mailsettings.core", "mailsettings.models", "mailsettings.changes", "mailsettings.rules",
                             "mailsettings.directory", "mailsettings.mx", "mailsettings.confirmation", "accounts"},
    "mailsettings.feedback": {"mailsettings.core", "mailsettings.models"},
    "mailsettings.links": {"mailsettings.core", "mailsettings.formats", "mailsettings.lookup", "mailsettings.sealing"},
    "mailsettings.work": {"mailsettings.core", "mailsettings.guides", "mailsettings.models", "mailsettings.imports",
                          "accounts"},
    "mailsettings.files": set(),
    "mailsettings.mx": set(),
    "mailsettings.confirmation": {"mailsettings.core", "mailsettings.models", "mailsettings.changes", "mailsettings.mx",
                                  "accounts"},
    "mailsettings.personal": {"mailsettings.core", "mailsettings.models", "mailsettings.lookup", "accounts"},
    "mailsettings.letters": {"mailsettings.core", "mailsettings.models", "mailsettings.lookup", "mailsettings.personal",
                             "accounts"},
    "mailsettings.recovery": {"mailsettings.core", "mailsettings.models", "mailsettings.personal",
                              "mailsettings.letters"},
    "mailsettings.privacy": {"mailsettings.core", "mailsettings.models", "mailsettings.changes", "mailsettings.memory",
                             "accounts"},
    "mailsettings.inprocess": set(),
    "mailsettings.proof": {"mailsettings.core", "mailsettings.formats", "mailsettings.guides", "mailsettings.models",
                           "mailsettings.lookup", "mailsettings.links", "mailsettings.inprocess"},
    "mailsettings.replay": {"mailsettings.core", "mailsettings.lookup", "mailsettings.links", "mailsettings.inprocess",
                            "accounts"},
}  # fmt: skip
BELOW = {"mailsettings.articles", "accounts", *LAYERS}
LAYERS |= {
    "mailsettings.pages": BELOW,
    "mailsettings.discovery": BELOW,
    # The desk prints the sheets that customers print.
    "mailsettings.admin": {*BELOW, "mailsettings.pages"},
    "mailsettings.management": BELOW,
    "mailsettings.signin": {*BELOW, "mailsettings.pages"},
    "mailsettings.apps": set(),
    "mailsettings.migrations": BELOW,
    "portal": {
        *LAYERS,
        "mailsettings.pages",
        "mailsettings.discovery",
        "mailsettings.admin",
        "mailsettings.signin",
        "mailsettings.management",
    },
}
SOURCES = sorted(
    path for app in ("accounts", "mailsettings", "portal") for path in (ROOT / app).rglob("*.py") if path.name != "x"
)


def layer_of(module: str) -> str | None:
    """The longest layer that ``module`` lies in; None for what is not ours."""
    inside = [layer for layer in LAYERS if module == layer or module.startswith(f"{layer}.")]
    return max(inside, key=len, default=None)


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imported_by(path: Path) -> set[str]:
    """Every module that ``path`` imports, relative ones resolved, and each imported name as a possible module."""
    package = module_of(path) if path.name == "__init__.py" else module_of(path).rpartition(".")[0]
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")
            base = ".".join(parts[: len(parts) - node.level + 1]) if node.level else ""
            base = ".".join(filter(None, [base, node.module]))
            found |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_one_way(path):
    layer = layer_of(module_of(path))
    if layer is None:
        assert not path.read_text("utf-8").strip(), f"{path} stands in no layer"
        return
    type_checking = path.read_text("utf-8").count("if TYPE_CHECKING:")
    wrong = {
        module
        for module in imported_by(path)
        if (other := layer_of(module)) and other != layer and other not in LAYERS[layer]
    }
    if type_checking:
        # A name that is only needed to read the types is no dependency at run time.
        wrong = {module for module in wrong if not module.startswith("mailsettings.changes")}
    assert not wrong, f"{module_of(path)} may not import {sorted(wrong)}"


def test_an_import_against_the_way_would_be_seen(tmp_path, monkeypatch):
    source = tmp_path / "mailsettings" / "core" / "bad.py"
    source.parent.mkdir(parents=True)
    source.write_text("from ..models import Domain\nimport accounts.models\n")
    monkeypatch.setitem(globals(), "ROOT", tmp_path)

    with pytest.raises(AssertionError, match="may not import"):
        test_imports_run_one_way(source)


@pytest.mark.parametrize("package", ["core", "formats", "guides", "articles"])
def test_pure_packages_load_without_django(package):
    program = (
        f"import sys, mailsettings.{package} as package\n"
        "for name in ('formats', 'guides', 'articles'):\n"
        "    getattr(package, name, lambda: None)()\n"
        "sys.exit(any(name == 'django' or name.startswith('django.') for name in sys.modules))"
    )

    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0


WRITES = {"update", "bulk_create", "bulk_update", "update_or_create", "get_or_create", "delete", "save"}


@pytest.mark.parametrize(
    "path",
    [p for p in SOURCES if "migrations" not in p.parts and p.parent.name != "core"],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_only_changes_writes_rows(path):
    # Answers about guides are counted, personal links and codes come and go, rows of a file wait to be saved: none of
    # these is a part of the directory.
    others = ("feedback", "personal", "imports.pending")
    # What changes a record, what is computed from it, the log of it, and the revision: each where it is written.
    writers = ("changes.applying", "changes.writing", "changes.derived", "changes.log")
    if module_of(path) in {f"mailsettings.{name}" for name in (*writers, *others)}:
        return
    # Jobs clear away what is older than the settings say, and never a record of the directory.
    if layer_of(module_of(path)) == "mailsettings.work":
        return
    # Who is erased leaves the log, sessions, links and users too, of which no plan knows.
    if layer_of(module_of(path)) == "mailsettings.privacy":
        return
    # A restored database is another one: only the revision is written beside what the backup holds.
    if module_of(path) == "portal.backup":
        return
    calls = {
        f"{ast.unparse(node.func)}"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES
    }
    rows = {call for call in calls if ".objects." in call or "_default_manager" in call}
    assert not rows, f"{module_of(path)} writes rows by itself: {sorted(rows)}"
