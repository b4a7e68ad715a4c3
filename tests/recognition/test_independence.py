"""The core of the package works without `keras_wavenet.recognition`."""

import ast
from pathlib import Path

import pytest

import keras_wavenet

pytestmark = pytest.mark.neutral

PACKAGE = Path(keras_wavenet.__file__).parent
# Public names that are imported on first use, and the list of presets.
MAY_IMPORT = {"__init__.py", "commands/presets.py"}


def imported_modules(path):
    """Names of all modules that a file imports, inside functions, too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_no_module_of_the_core_imports_recognition():
    importing = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if "recognition" not in path.relative_to(PACKAGE).parts
        if any(
            n.startswith("keras_wavenet.recognition") for n in imported_modules(path)
        )
    }
    assert importing <= MAY_IMPORT
