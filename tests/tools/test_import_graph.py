"""ARCHITECTURE.md shows the imports as they are, and they run downward only."""

import importlib
from pathlib import Path

import pytest

pytestmark = pytest.mark.neutral

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture
def tool(monkeypatch):
    monkeypatch.syspath_prepend(CHECKOUT / "tools")
    return importlib.import_module("import_graph")


def make_package(folder, sources):
    for name, source in sources.items():
        path = folder / "package" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
    return folder / "package"


def test_the_picture_is_that_of_the_imports(tool):
    picture = tool.draw(tool.import_graph(tool.PACKAGE))
    assert picture in (CHECKOUT / "ARCHITECTURE.md").read_text(encoding="utf-8")


def test_each_part_stands_above_what_it_imports(tool, tmp_path):
    package = make_package(
        tmp_path,
        {
            "__init__.py": "from package import top\n",
            "top.py": "from package import middle\nimport numpy\n",
            "middle/one.py": "def load():\n    from package.base.two import x\n",
            "base/two.py": "import package.base.three\n",
        },
    )
    assert tool.draw(tool.import_graph(package)) == (
        "top     middle\nmiddle  base\nbase\n"
    )


def test_a_circle_is_named(tool, tmp_path, monkeypatch):
    package = make_package(
        tmp_path,
        {"a/x.py": "import package.b.y\n", "b/y.py": "from package.a import x\n"},
    )
    monkeypatch.setattr("sys.argv", ["import_graph.py", str(package)])
    circle = "import each other: (a -> b -> a|b -> a -> b)"
    with pytest.raises(SystemExit, match=circle):
        tool.main()
