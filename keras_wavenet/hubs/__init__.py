"""Hubs, from which presets are downloaded and to which they are uploaded.

One file each, and one line of `HUBS`, by the scheme before `://`. A hub has

- `fetch(place)`, from what follows the scheme to a folder on this machine;
- `check_upload(place, options)`, which refuses what it can't do, before any work;
- `upload(place, folder, options)`, which returns the address of a page.

`place` is a name by which a hub knows a preset; `options` are `UploadOptions`.
"""

from keras_wavenet.hubs import hugging_face, kaggle
from keras_wavenet.hubs.upload_options import UploadOptions

HUBS = {"hf": hugging_face, "kaggle": kaggle}

__all__ = ["HUBS", "UploadOptions"]
