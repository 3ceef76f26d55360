"""The domain imports the standard library and itself only."""

import ast
import sys
from pathlib import Path

import domain

DOMAIN = Path(domain.__file__).parent


def packages_imported(source: str) -> set[str]:
    """Return the top-level packages that a module's source imports, at any depth."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {each.name.partition(".")[0] for each in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add((node.module or "").partition(".")[0])
    return found


def test_domain_imports_only_itself_and_the_standard_library():
    foreign = {
        str(path.relative_to(DOMAIN)): sorted(packages)
        for path in DOMAIN.rglob("*.py")
        if (packages := packages_imported(path.read_text("utf-8")) - sys.stdlib_module_names - {"domain"})
    }

    assert foreign == {}


def test_a_foreign_import_inside_a_function_is_found():
    assert packages_imported("def f():\n    from flask.views import View\n    import os.path\n") == {"flask", "os"}
