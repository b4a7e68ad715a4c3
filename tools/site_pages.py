"""Hooks of mkdocs: pages that are not files in docs/, and formulas without scripts.

The pages are those of the repository, such as README.md, and one for each part of the
package, with the docstrings of its public names.
"""

import ast
import posixpath
import re
from pathlib import Path

from latex2mathml.converter import convert
from mkdocs.structure.files import File

CHECKOUT = Path(__file__).resolve().parents[1]
PACKAGE = CHECKOUT / "keras_wavenet"

# Files of the repository, by the names of their pages.
REPOSITORY_PAGES = {
    "index.md": "README.md",
    "architecture.md": "ARCHITECTURE.md",
    "changelog.md": "CHANGELOG.md",
    "contributing.md": "CONTRIBUTING.md",
    "recordings.md": "keras_wavenet/data/spoken_prompts/ATTRIBUTION.md",
    "license.md": "LICENSE",
}
# Parts of the package whose `__all__` is the reference, and classes by their homes.
PARTS = (
    *("data", "distributions", "features", "filters", "generation", "introspection"),
    *("converters", "layers", "pages", "training", "visualization"),
)
MODELS = {
    "WaveNet": "models.wavenet.WaveNet",
    "Recognizer": "recognition.recognizer.Recognizer",
    "doubling_dilations": "models.dilations.doubling_dilations",
    "upload_preset": "preset_upload.upload_preset",
}
_LINK = re.compile(r"(\]\()([^)#\s]+)")
_FORMULA = re.compile(
    r'<(span|div) class="arithmatex">\\[(\[](.*?)\\[)\]]</\1>', re.DOTALL
)


def generated_pages() -> dict[str, str]:
    """The text of each page that is not a file in docs/, by its path there."""
    pages = {name: _repository_page(path) for name, path in REPOSITORY_PAGES.items()}
    pages["api/models.md"] = _reference("keras_wavenet", MODELS)
    for part in PARTS:
        names = {name: f"{part}.{name}" for name in public_names(part)}
        pages[f"api/{part}.md"] = _reference(f"keras_wavenet.{part}", names)
    return pages


def public_names(part: str) -> list[str]:
    """The `__all__` of a part of the package, read from its source."""
    source = (PACKAGE / part / "__init__.py").read_text(encoding="utf-8")
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and node.targets[0].id == "__all__":
            return ast.literal_eval(node.value)
    raise ValueError(f"keras_wavenet.{part} has no `__all__`")


def on_files(files, config):
    """Add the generated pages."""
    for path, text in generated_pages().items():
        files.append(File.generated(config, path, content=text))
    return files


def on_page_markdown(markdown, page, **_):
    """Lead links out of docs/ to the pages of what they lead to."""
    return with_links(markdown, f"docs/{page.file.src_uri}", page.file.src_uri)


def on_page_content(html, **_):
    """Turn formulas into MathML, which browsers draw without a script."""
    return _FORMULA.sub(_as_mathml, html)


def _as_mathml(match):
    display = "block" if match[1] == "div" else "inline"
    return convert(match[2].replace("&lt;", "<").replace("&gt;", ">"), display=display)


def _repository_page(path):
    text = (CHECKOUT / path).read_text(encoding="utf-8")
    if not path.endswith(".md"):
        return f"# {path.capitalize()}\n\n```text\n{text}\n```\n"
    return with_links(text, path, "index.md")


def with_links(text: str, path: str, page: str) -> str:
    """The text of a file of the repository, with the links that it needs as a page."""
    places = {file: name for name, file in REPOSITORY_PAGES.items()}

    def at_home(match):
        if ":" in match[2]:
            return match[0]  # elsewhere
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), match[2]))
        place = places.get(target, target.removeprefix("docs/"))
        return match[1] + posixpath.relpath(place, posixpath.dirname(page) or ".")

    return _LINK.sub(at_home, text)


def _reference(title, homes):
    """A page with the docstrings of some names, which live in these places."""
    entries = (
        f"::: keras_wavenet.{home}\n    options:\n      heading_level: 2\n"
        for home in homes.values()
    )
    return f"# {title}\n\n" + "\n".join(entries)
