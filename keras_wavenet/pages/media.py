"""Pictures and sounds as the addresses of a page: whole in the page, or linked."""

import base64
import os
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath
from urllib.parse import quote

import numpy as np

from keras_wavenet.utils.pcm import encode_wav

_PICTURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


@dataclass(frozen=True, eq=False)
class Sound:
    """A sound that a page holds, with a player.

    Attributes:
        waveform: Float array, shape `(T,)`, samples in [-1, 1].
        sample_rate: Hz.
        caption: What it is.

    Raises:
        ValueError: If the waveform is empty, has another shape, or holds NaN or
            infinity.
    """

    waveform: np.ndarray
    sample_rate: int
    caption: str = ""

    def __post_init__(self):
        waveform = np.asarray(self.waveform)
        if waveform.ndim != 1 or not waveform.size or not np.isfinite(waveform).all():
            raise ValueError(
                "`waveform` must hold finite samples, in the shape (samples,). "
                f"Received: shape={waveform.shape}"
            )

    def address(self) -> str:
        """The `data:` address of its 16-bit wav file."""
        wav = encode_wav(np.asarray(self.waveform), self.sample_rate)
        return data_address(wav, "audio/wav")


@dataclass(frozen=True)
class SoundFile:
    """A sound in a file next to the page, or in a folder there, which the page links.

    Attributes:
        relative_path: From the folder of the page.
        has_player: Whether it has a player as well. The browser may load sounds in
            files for that; of a page without, it loads nothing.

    Raises:
        ValueError: If the path is absolute or leaves the folder of the page.
    """

    relative_path: str | os.PathLike
    has_player: bool = False

    def __post_init__(self):
        path = self._path()
        is_rooted = path.is_absolute() or PureWindowsPath(path).anchor
        if is_rooted or ".." in path.parts or not path.parts:
            raise ValueError(
                "`relative_path` must lead from the folder of the page to a file in it."
                f" Received: relative_path={str(self.relative_path)!r}"
            )

    def address(self) -> str:
        """The relative address, in which nothing is read as a scheme or a host."""
        return quote(str(self._path()), errors="surrogateescape")

    def _path(self):
        return PurePosixPath(os.fspath(self.relative_path).replace(os.sep, "/"))


def picture_address(content: bytes) -> str:
    """The `data:` address of a picture.

    Args:
        content: A png or jpeg file.

    Raises:
        ValueError: If it is none.
    """
    for start, media_type in _PICTURES.items():
        if content.startswith(start):
            return data_address(content, media_type)
    raise ValueError(
        "A picture of a page must be a png or jpeg file. Received: a file that begins "
        f"with {content[:8]!r}"
    )


def data_address(content: bytes, media_type: str) -> str:
    """The `data:` address of a file of a media type such as `"audio/wav"`."""
    return f"data:{media_type};base64,{base64.b64encode(content).decode('ascii')}"
