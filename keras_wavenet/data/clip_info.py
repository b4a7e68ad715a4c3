"""What is known of a clip without decoding it."""

from dataclasses import dataclass

from keras_wavenet.data.loudness import Loudness


@dataclass(frozen=True)
class ClipInfo:
    """What is known of a clip without decoding it.

    Attributes:
        clip_id: Name of the clip, unique in its source.
        length: Its samples, at the rate of the source.
        recorded_rate: The rate it was stored at, in Hz.
        loudness: How loud it is.
        speaker: Name of the speaker, if known.
        label: Name of its class, or tags with ";" between them, if known.
        transcript: The words spoken in it, if known.
        split: The split that it was published in, if known.
    """

    clip_id: str
    length: int
    recorded_rate: int
    loudness: Loudness = Loudness()
    speaker: str | None = None
    label: str | None = None
    transcript: str | None = None
    split: str | None = None

    @property
    def tags(self) -> list[str]:
        """The tags in the label, where ";" stands between two."""
        tags = (tag.strip() for tag in (self.label or "").split(";"))
        return [tag for tag in tags if tag]
