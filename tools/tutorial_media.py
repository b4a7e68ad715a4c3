"""Pictures and sounds of a chapter: small files beside its page."""

import base64
import copy
import io
import re
from pathlib import Path

import nbformat
import soundfile
from PIL import Image, ImageSequence

COLORS = 64  # of a picture
METHOD = Image.Quantize.MAXCOVERAGE  # keeps the color of a single dot, too
NO_DITHER = Image.Dither.NONE
ANIMATION_WIDTH = 640
# 64 kbit a second: soundfile counts from 0.0, 160 kbit, to 1.0, 8 kbit, at 16 kHz.
MP3 = {"format": "MP3", "bitrate_mode": "CONSTANT", "compression_level": 0.63}
_AUDIO = re.compile(r'src="data:audio/wav;base64,([^"]+)"')


class Media:
    """Writes what the outputs of a notebook hold, and makes the outputs small.

    Pictures lose colors; in the notebook they stay in place, as GitHub shows them.
    Sounds become MP3 files, which every browser plays, and the notebook from there.

    Args:
        folder: Of the files.
        prefix: First part of their names; earlier files with it are removed.
    """

    def __init__(self, folder: Path, prefix: str) -> None:
        self._folder = folder
        self._prefix = prefix
        folder.mkdir(exist_ok=True)
        for old in folder.glob(f"{prefix}_*"):
            old.unlink()

    def extract(self, notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
        """Write the media of a notebook, changing its outputs.

        Returns:
            A copy whose outputs refer to the files, for a page.
        """
        page = copy.deepcopy(notebook)
        for cell, shown in zip(notebook.cells, page.cells, strict=True):
            if cell.cell_type == "code":
                title = cell.metadata.get("title", "")
                pairs = zip(cell.outputs, shown.outputs, strict=True)
                for own, other in pairs:
                    if "data" in own:
                        self._extract(own.data, other, title)
        return page

    def _extract(self, data, shown, title):
        if "image/png" in data:
            content = shrink(base64.b64decode(data["image/png"]))
            data["image/png"] = base64.b64encode(content).decode()
            name = self._write(title, "png", content)
            shown.data = {"text/markdown": f"![{title}](media/{name})\n"}
        elif wav := _AUDIO.search(data.get("text/html", "")):
            samples, rate = soundfile.read(
                io.BytesIO(base64.b64decode(wav[1])), dtype="int16"
            )
            content = io.BytesIO()
            soundfile.write(content, samples, rate, **MP3)
            name = self._write(title, "mp3", content.getvalue())
            player = f'<audio controls src="media/{name}">'
            data["text/html"] = f"{player}</audio>"
            # GitHub shows no players, but what is inside them.
            link = f'<a href="media/{name}">{name}</a>'
            shown.data = {"text/html": f"{player}{link}</audio>\n"}

    def _write(self, title, extension, content):
        if not title:
            raise ValueError(
                "A cell that shows a picture or plays a sound must have a title: "
                "`# %% The waveform`."
            )
        words = re.findall("[a-z0-9]+", title.lower())
        stem = "_".join([self._prefix, *words])[:60]
        number = 1 + len(list(self._folder.glob(f"{stem}*.{extension}")))
        name = f"{stem}{f'_{number}' if number > 1 else ''}.{extension}"
        (self._folder / name).write_bytes(content)
        return name


def shrink(png: bytes) -> bytes:
    """A picture with fewer colors, in fewer bytes; an animation is scaled, too."""
    picture = Image.open(io.BytesIO(png))
    content = io.BytesIO()
    if not getattr(picture, "is_animated", False):
        reduced = picture.convert("RGB").quantize(COLORS, METHOD, dither=NO_DITHER)
        reduced.save(content, format="png", optimize=True)
        return content.getvalue()
    frames = [frame.convert("RGB") for frame in ImageSequence.Iterator(picture)]
    for frame in frames:
        frame.thumbnail((ANIMATION_WIDTH, ANIMATION_WIDTH))
    palette = frames[0].quantize(COLORS // 4, METHOD)
    frames = [frame.quantize(palette=palette, dither=NO_DITHER) for frame in frames]
    frames[0].save(
        content,
        format="png",
        save_all=True,
        append_images=frames[1:],
        duration=picture.info["duration"],
        loop=0,
        optimize=True,
    )
    return content.getvalue()
