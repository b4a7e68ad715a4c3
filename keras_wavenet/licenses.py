"""The identifiers of licenses that hubs know, found in the texts of presets."""

import re

_CREATIVE_COMMONS = (
    *("cc0-1.0", "cc-by-2.0", "cc-by-2.5", "cc-by-3.0", "cc-by-4.0"),
    *("cc-by-sa-3.0", "cc-by-sa-4.0", "cc-by-nd-4.0"),
    *("cc-by-nc-2.0", "cc-by-nc-3.0", "cc-by-nc-4.0"),
    *("cc-by-nc-nd-3.0", "cc-by-nc-nd-4.0"),
    *("cc-by-nc-sa-2.0", "cc-by-nc-sa-3.0", "cc-by-nc-sa-4.0"),
)
_SOFTWARE = (
    *("apache-2.0", "mit", "bsd-2-clause", "bsd-3-clause", "isc", "mpl-2.0"),
    *("gpl-2.0", "gpl-3.0", "lgpl-2.1", "lgpl-3.0", "agpl-3.0", "unlicense"),
    *("openrail", "openrail++"),
)
IDENTIFIERS = (*_CREATIVE_COMMONS, *_SOFTWARE)
OTHER = "other"


def license_identifier(text: str) -> str:
    """What the Hugging Face Hub calls the license that a text begins with.

    Args:
        text: Such as `"CC BY-SA 3.0: the weights are adapted from ..."`.

    Returns:
        One of `IDENTIFIERS`, or `"other"`.

    Example:
        `license_identifier("Apache License 2.0")` is `"apache-2.0"`.
    """
    words = re.sub(r"\blicen[cs]e,?\s*(version\s*)?", "", str(text).strip().lower())
    joined = re.sub(r"[\s_-]+", "-", words)
    for identifier in sorted(IDENTIFIERS, key=len, reverse=True):
        rest = joined.removeprefix(identifier)
        if rest != joined and not re.match(r"\.?\w", rest):
            return identifier
    return OTHER
