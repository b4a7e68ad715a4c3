"""Print what each part of the package imports: the picture in ARCHITECTURE.md.

    python3 tools/import_graph.py              the parts of keras_wavenet, top to bottom
    python3 tools/import_graph.py FOLDER       of another package

A part is a folder or a file at the top of the package. Each row names the parts that a
part imports; the row of a part comes above the rows of all that it imports. Imports
inside functions count, too. Reads the source and imports none of it.
"""

import argparse
import ast
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "keras_wavenet"
_ENTRANCES = ("__init__", "__main__")  # import lazily, and only to hand on


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("package", nargs="?", type=Path, default=PACKAGE)
    try:
        print(draw(import_graph(parser.parse_args().package)), end="")
    except CycleError as error:
        sys.exit(f"error: the parts import each other: {' -> '.join(error.args[1])}")


def import_graph(package: Path) -> dict[str, set[str]]:
    """The parts that each part of a package imports, by name."""
    graph: dict[str, set[str]] = {}
    for path in sorted(package.rglob("*.py")):
        part = path.relative_to(package).with_suffix("").parts[0]
        if part in _ENTRANCES:
            continue
        imported = graph.setdefault(part, set())
        imported.update(_imported_parts(path, package))
        imported.discard(part)
    parts = graph.keys()
    return {part: imported & parts for part, imported in graph.items()}


def draw(graph: dict[str, set[str]]) -> str:
    """A table of the graph, a line for each part, importers above what they import.

    Raises:
        graphlib.CycleError: If parts import each other.
    """
    sorter = TopologicalSorter(graph)
    sorter.prepare()
    levels = []  # from the parts that import nothing to those that nothing imports
    while sorter.is_active():
        ready = sorter.get_ready()
        levels.append(sorted(ready))
        sorter.done(*ready)
    width = max(map(len, graph)) + 2
    rows = (
        f"{part:{width}}{' '.join(sorted(graph[part]))}".rstrip()
        for level in reversed(levels)
        for part in level
    )
    return "\n".join(rows) + "\n"


def _imported_parts(path: Path, package: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            module = node.module or ""
            names = [module]
            if module == package.name:
                names = [f"{module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        for name in names:
            top, _, rest = name.partition(".")
            if top == package.name and rest:
                yield rest.partition(".")[0]


if __name__ == "__main__":
    main()
