"""A program: build every preset in full, one after the other, and print its sizes.

It prints, as JSON, for each preset its number of weights, the receptive field, and the
paths and shapes in its weights file, those of equal blocks as one.

    python full_size.py FOLDER_FOR_FILES
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import weight_keys  # noqa: E402

from keras_wavenet import WaveNet  # noqa: E402
from keras_wavenet.recognition.recognizer import Recognizer  # noqa: E402


def main(folder):
    found = {}
    for cls in (WaveNet, Recognizer):
        for name in cls.presets:
            model = cls.from_preset(name, load_weights=False)
            path = Path(folder) / f"{name}.weights.h5"
            model.save_weights(path)
            found[name] = {
                "parameters": model.count_params(),
                "receptive_field": model.receptive_field,
                "keys": weight_keys.grouped(weight_keys.read_shapes(path)),
            }
            path.unlink()
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1])
