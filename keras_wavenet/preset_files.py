"""The names of the files of a preset, and their largest sizes."""

CONFIG, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
# For people; copied with a preset to and from a hub where they exist.
CARD = "README.md"
TEXTS = (CARD, "LICENSE", "LICENSE.md", "LICENSE.txt", "ATTRIBUTION.md")

MOST_JSON_BYTES = 2**20
MOST_TEXT_BYTES = 2**20
MOST_PARAMETERS = 2_000_000_000
