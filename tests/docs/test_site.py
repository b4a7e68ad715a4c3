"""The documentation site: its pages, links, formulas and docstrings; not its build."""

import importlib
from pathlib import Path

import pytest
import yaml

pytestmark = pytest.mark.neutral

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture
def tool(monkeypatch):
    """Import a module of tools/."""
    monkeypatch.syspath_prepend(CHECKOUT / "tools")
    return importlib.import_module


def named(entry):
    """The pages in a part of the navigation."""
    if isinstance(entry, str):
        return [entry]
    parts = entry if isinstance(entry, list) else entry.values()
    return [page for part in parts for page in named(part)]


def test_the_navigation_has_each_page_once(tool):
    settings = yaml.safe_load((CHECKOUT / "mkdocs.yml").read_text(encoding="utf-8"))
    docs = CHECKOUT / "docs"
    pages = {path.relative_to(docs).as_posix() for path in docs.rglob("*.md")}
    pages.update(tool("site_pages").generated_pages())
    assert sorted(named(settings["nav"])) == sorted(pages)


def test_the_reference_names_what_the_package_has(tool):
    import keras_wavenet

    site = tool("site_pages")
    for part in site.PARTS:
        names = site.public_names(part)
        assert names == importlib.import_module(f"keras_wavenet.{part}").__all__
    for name, home in site.MODELS.items():
        module = importlib.import_module(f"keras_wavenet.{home.rpartition('.')[0]}")
        assert getattr(keras_wavenet, name) is getattr(module, name)


def test_links_of_the_repository_lead_to_pages(tool):
    home = tool("site_pages").generated_pages()["index.md"]
    for link in ("(training.md)", "(vocoder.png)", "(tutorial/README.md)"):
        assert link in home
    assert "(architecture.md)" in home and "(docs/" not in home
    out = "[a](../../LICENSE), [b](../speed.md#x), [c](media/d.png), [e](https://f/g)"
    assert tool("site_pages").with_links(
        out, "docs/tutorial/README.md", "tutorial/README.md"
    ) == out.replace("../../LICENSE", "../license.md")


def test_formulas_become_mathml(tool):
    render = tool("site_pages").on_page_content
    html = render('<p>at <span class="arithmatex">\\(a &lt; b\\)</span></p>')
    assert "<math" in html and "arithmatex" not in html
    block = render('<div class="arithmatex">\\[x_t\\]</div>')
    assert "<msub>" in block and 'display="block"' in block


def test_sections_and_arguments_of_docstrings_are_those_of_griffe(tool):
    rewritten = tool("site_docstrings").rewritten
    docstring = (
        "Sum.\n\nArgs:\n    a, b: Numbers of any\n        size.\n    c: A number.\n"
        "\nCall arguments:\n    x: It.\n\nExample:\n    >>> 1, 2"
    )
    assert rewritten(docstring) == (
        "Sum.\n\nArgs:\n    a: Numbers of any\n        size.\n    b: Numbers of any\n"
        "        size.\n    c: A number.\n\nOther args: Call arguments\n    x: It.\n"
        "\nExamples:\n    >>> 1, 2"
    )
