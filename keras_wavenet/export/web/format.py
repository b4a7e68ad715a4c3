"""The format `web`: one page that holds the model and generates in a browser."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from keras_wavenet.export.format import Format, Option

FILE = "index.html"
README = """\
## How to use it

Open `{file}` in a browser, from the disk or from any server. It holds the weights, the
loop as WebAssembly, and its scripts, and requests nothing. {source}

## How it is computed

The loop has the arithmetic of the compiled CPU engine of keras-wavenet, in the same
order, and the same noise: for a seed its samples are those of `generate` with
`engine="cpu"`. It takes relaxed SIMD where the browser has it, which on common
processors adds a product without rounding it, as the engine does; without it the
samples differ by rounding. So they do after an upsampling by learned filters, which
the engine leaves to the Keras backend, and after a microphone, whose frames the page
computes: the difference stays below a millionth until the code of an input sample
changes by it; from there on it is another sound from the same distribution.

The first sample is drawn after {start}; no recording comes before.
"""


class Web(Format):
    """`index.html`, a page without a server."""

    name = "web"
    summary = "a page that generates and plays in a browser, in one file"
    options = {
        "frames": Option(
            Path, None, "a .npy file, (frames, channels), of local frames of the page"
        )
    }

    def check(self, model: Any) -> None:
        a = model.architecture
        if model.distribution.compiled_sampling is None:
            _refuse("draws from the distributions of this package", "distribution", a)
        if a.context_stack is not None:
            _refuse("has no context stack", "context_stack", a)
        edges = (a.upsampling or {}).get("edges", "repeat")
        if edges != "repeat":
            _refuse('repeats the frames at the edges, edges="repeat"', "upsampling", a)

    def write(
        self, model: Any, folder: Path, *, frames: Any = None, **options: Any
    ) -> str:
        from keras_wavenet.export.web.content import page_data
        from keras_wavenet.export.web.page import make_page
        from keras_wavenet.export.web.texts import page_texts

        a = model.architecture
        settings, arrays = page_data(model, _read_frames(a, frames))
        page = make_page(settings, arrays, page_texts(model, "mel" in settings))
        (folder / FILE).write_text(page, encoding="utf-8")
        source = "It generates from frames of recordings." if a.local_channels else ""
        start = "silence" if a.start == "silence" else "a memory of zeros"
        return README.format(file=FILE, source=source, start=start)

    def add_texts(self, folder: Path, metadata: Mapping[str, Any]) -> None:
        from keras_wavenet.export.web.texts import with_texts

        path = folder / FILE
        page = with_texts(path.read_text(encoding="utf-8"), metadata)
        path.write_text(page, encoding="utf-8")


def _refuse(what, name, architecture):
    raise ValueError(
        f"The page of the format 'web' {what}. Export the format 'npz', which holds "
        f"every network. Received: {name}={getattr(architecture, name)!r}"
    )


def _read_frames(architecture, frames):
    """The frames of an option, an array or the path of one, or None."""
    channels = architecture.local_channels
    if frames is None:
        if channels and architecture.features is None:
            raise ValueError(
                "The frames of this model are not features of audio, which the page "
                "could compute. Give it some: `frames`, a .npy file or an array, "
                f"(frames, {channels}). Received: frames=None"
            )
        return None
    import numpy as np

    from keras_wavenet.utils.input_file import open_array

    array = open_array(Path(frames)) if isinstance(frames, str | Path) else frames
    array = np.asarray(array)
    fits = array.ndim == 2 and len(array) and array.shape[1] == channels
    if not fits or array.dtype.kind not in "fiu" or not np.isfinite(array).all():
        raise ValueError(
            f"`frames` must hold finite numbers, (frames, {channels or 0}), the local "
            f"conditions of the model. Received: shape={array.shape}"
        )
    return array.astype("float32")
