"""A page in one HTML file, which can be sent alone and opened without a network.

The page is a tree of elements that the standard library writes: it escapes all text and
all attributes, so that a name from a file is shown and never read as HTML.
"""

import io
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np

from keras_wavenet.pages.media import Sound, SoundFile, picture_address
from keras_wavenet.pages.style import POLICY, POLICY_WITH_FILES, STYLE
from keras_wavenet.utils import atomic_file
from keras_wavenet.utils.paths import user_path
from keras_wavenet.utils.text import escaped

DOTS_PER_INCH = 150  # sharp on a screen of twice the usual resolution


class Page:
    """A page of headings, text, tables, pictures and sounds, from top to bottom.

    Pictures and sounds are inside the file. A browser that opens it runs no script and
    requests nothing, but a sound in a file when it is played. Text is shown as it is:
    markup in it is text, control characters are escaped. A page follows the light or
    dark scheme of the browser, and prints.

    Args:
        title: Of the page; also its first heading.
        lead: What the page is about, in a sentence or two; may be empty.

    Example:
        >>> page = Page("My voice", "After 2,000 steps.")
        >>> page.heading("Samples")
        >>> page.table(["step", "sound"], [["1,000", Sound(waveform, 16000)]])
        >>> page.write("my_voice.html")
    """

    def __init__(self, title: str, lead: str = ""):
        self._root = ElementTree.Element("html", lang="en")
        head = _add(self._root, "head")
        _add(head, "meta", charset="utf-8")
        policy = {"http-equiv": "Content-Security-Policy", "content": POLICY}
        self._policy = _add(head, "meta", **policy)
        width = {"name": "viewport", "content": "width=device-width, initial-scale=1"}
        _add(head, "meta", **width)
        _add(head, "meta", name="referrer", content="no-referrer")
        _add(head, "title", title)
        _add(head, "style").text = STYLE
        self._main = _add(_add(self._root, "body"), "main")
        _add(self._main, "h1", title)
        if lead:
            _add(self._main, "p", lead, **{"class": "lead"})

    def heading(self, text: str) -> None:
        """Add a heading: what follows belongs to it."""
        _add(self._main, "h2", text)

    def text(self, text: str) -> None:
        """Add a paragraph; line breaks remain."""
        _add(self._main, "p", text)

    def code(self, text: str) -> None:
        """Add a command, or other text whose spaces matter."""
        _add(_add(self._main, "pre"), "code", text)

    def table(self, headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Add a table, whose first column names its rows.

        Args:
            headers: Of the columns.
            rows: The cells of each row, as many as there are headers: a `Sound`, a
                `SoundFile`, or what is shown as text.

        Raises:
            ValueError: If a row has more or fewer cells.
        """
        rows = [list(row) for row in rows]
        for row in rows:
            if len(row) != len(headers):
                raise ValueError(
                    f"Each row must have a cell for each of the {len(headers)} headers."
                    f" Received: a row of {len(row)}"
                )
        cells = [cell for row in rows for cell in row]
        if any(isinstance(cell, SoundFile) and cell.has_player for cell in cells):
            self._policy.set("content", POLICY_WITH_FILES)
        # A wide table scrolls in its frame, by the keyboard too.
        frame = _add(self._main, "div", tabindex="0", **{"class": "scroll"})
        table = _add(frame, "table")
        line = _add(_add(table, "thead"), "tr")
        for header in headers:
            _add(line, "th", header, scope="col")
        body = _add(table, "tbody")
        for row in rows:
            line = _add(body, "tr")
            for number, cell in enumerate(row):
                is_named = number > 0 and not isinstance(row[0], Sound | SoundFile)
                name = f"{row[0]}, {headers[number]}" if is_named else headers[number]
                _add_cell(line, cell, name, is_first=number == 0)

    def figure(self, figure: Any, caption: str) -> None:
        """Add a matplotlib figure, as it is now, with its description below."""
        content = io.BytesIO()
        figure.savefig(content, format="png", dpi=DOTS_PER_INCH)
        self.image(content.getvalue(), caption)

    def image(self, image: str | os.PathLike | bytes, caption: str) -> None:
        """Add a picture with its description below, which is also read aloud.

        Args:
            image: A png or jpeg file: its path or its content.
            caption: The description.

        Raises:
            ValueError: If it is another file.
            OSError: If it can't be read.
        """
        if not isinstance(image, bytes):
            image = Path(image).read_bytes()
        figure = _add(self._main, "figure")
        _add(figure, "img", src=picture_address(image), alt=caption)
        _add(figure, "figcaption", caption)

    def sound(self, waveform: np.ndarray, sample_rate: int, caption: str) -> None:
        """Add a player of a sound, as 16-bit audio, with its description below.

        Args:
            waveform: Float array, shape `(T,)`, samples in [-1, 1].
            sample_rate: Hz.
            caption: The description.

        Raises:
            ValueError: If the waveform is empty, has another shape, or holds NaN or
                infinity.
        """
        _add_sound(self._main, Sound(waveform, sample_rate, caption), caption)

    def render(self) -> str:
        """The HTML."""
        text = ElementTree.tostring(self._root, encoding="unicode", method="html")
        return f"<!DOCTYPE html>\n{text}\n"

    def write(self, path: str | os.PathLike) -> None:
        """Write the HTML to a file, whole or not at all.

        Args:
            path: A file that is there is replaced; its folder must exist.

        Raises:
            OSError: If it can't be written.
        """
        with atomic_file.replacing(user_path(path)) as file:
            file.write(self.render().encode())


def _add(parent, tag, text="", **attributes):
    """Add an element; its text and its attributes may come from anywhere."""
    shown = {name: escaped(str(value)) for name, value in attributes.items()}
    element = ElementTree.SubElement(parent, tag, shown)
    element.text = escaped(str(text))
    return element


def _add_cell(line, cell, name, is_first):
    """Add a cell of a table.

    Args:
        line: The row.
        cell: What it holds.
        name: For a screen reader, if the cell is a sound without a caption.
        is_first: Whether the cell is the name of its row.
    """
    if isinstance(cell, Sound):
        _add_sound(_add(line, "td"), cell, cell.caption or name)
    elif isinstance(cell, SoundFile):
        place = _add(line, "td")
        if cell.has_player:
            _add_player(_add(place, "figure"), cell, name)
        _add(place, "a", cell.relative_path, href=cell.address())
    elif is_first:
        _add(line, "th", cell, scope="row")
    else:
        _add(line, "td", cell)


def _add_sound(parent, sound, name):
    figure = _add(parent, "figure")
    _add_player(figure, sound, name)
    if sound.caption:
        _add(figure, "figcaption", sound.caption)


def _add_player(parent, sound, name):
    player = {"controls": "", "preload": "none", "src": sound.address()}
    _add(parent, "audio", **player, **{"aria-label": name})
