"""How a preset is uploaded, whatever the hub."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class UploadOptions:
    """Options of an upload.

    Attributes:
        message: Of the commit or the version.
        private: Whether a new repository is private; None leaves it to the hub.
        create: Whether to create a repository that is missing.
        license: One of `licenses.IDENTIFIERS`; None for another license.
    """

    message: str = "Upload a preset of keras_wavenet"
    private: bool | None = None
    create: bool = True
    license: str | None = None
