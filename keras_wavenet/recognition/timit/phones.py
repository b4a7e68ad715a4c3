"""The phones of TIMIT, and how they are folded into fewer classes.

TIMIT is labelled with 61 phones. Lee & Hon train on 48 and, of these, do not tell apart
those that are confused within groups when they score: 39 are left. The glottal stop
`q` has no class in either. That has been the custom since, and is what figures of
phoneme error rates refer to.

References:
    - Garofolo et al., TIMIT Acoustic-Phonetic Continuous Speech Corpus, LDC93S1,
      phoncode.doc: the 61 phones.
    - Lee & Hon, Speaker-independent phone recognition using hidden Markov models, IEEE
      Transactions on Acoustics, Speech, and Signal Processing 37 (1989), table II: the
      48 classes, and the groups within which confusions are not counted.
"""

CLASS_SETS = (61, 48, 39)

_GLOTTAL_STOP = "q"
# Phones that are a class of their own in all three sets.
_KEPT = (
    *("aa", "ae", "ah", "aw", "ay", "b", "ch", "d", "dh", "dx", "eh", "er", "ey"),
    *("f", "g", "hh", "ih", "iy", "jh", "k", "l", "m", "n", "ng", "ow", "oy", "p"),
    *("r", "s", "sh", "t", "th", "uh", "uw", "v", "w", "y", "z"),
)
# All others: phone, its class of 48, its class of 39.
_FOLDED = (
    ("ao", "ao", "aa"),
    ("ax", "ax", "ah"),
    ("ax-h", "ax", "ah"),
    ("axr", "er", "er"),
    ("hv", "hh", "hh"),
    ("ix", "ix", "ih"),
    ("el", "el", "l"),
    ("em", "m", "m"),
    ("en", "en", "n"),
    ("nx", "n", "n"),
    ("eng", "ng", "ng"),
    ("zh", "zh", "sh"),
    ("ux", "uw", "uw"),
    ("pcl", "cl", "sil"),
    ("tcl", "cl", "sil"),
    ("kcl", "cl", "sil"),
    ("bcl", "vcl", "sil"),
    ("dcl", "vcl", "sil"),
    ("gcl", "vcl", "sil"),
    ("h#", "sil", "sil"),
    ("pau", "sil", "sil"),
    ("epi", "epi", "sil"),
)
_TO = {
    61: {phone: phone for phone in (*_KEPT, _GLOTTAL_STOP)}
    | {phone: phone for phone, _, _ in _FOLDED},
    48: {phone: phone for phone in _KEPT} | {phone: to for phone, to, _ in _FOLDED},
    39: {phone: phone for phone in _KEPT} | {phone: to for phone, _, to in _FOLDED},
}
# Between the sets: every class of 48 is itself the name of a phone, or one of these.
_OF_48_ONLY = {"cl": "sil", "vcl": "sil", "sil": "sil"}

PHONES = frozenset(_TO[61])


def phone_classes(count: int = 39) -> tuple[str, ...]:
    """Names of the classes of a set, sorted.

    Args:
        count: 61, 48 or 39.

    Raises:
        ValueError: If there is no such set.
    """
    return tuple(sorted(set(_table(count).values())))


def fold(name: str, count: int = 39) -> str | None:
    """The class of a phone, or of a class of a larger set.

    Args:
        name: One of the 61 phones, or of the 48 or 39 classes.
        count: Set of the class wanted: 61, 48 or 39.

    Returns:
        Its name; None for the glottal stop, which has none in the two smaller sets.

    Raises:
        ValueError: If there is no such phone or set.
    """
    table = _table(count)
    if name in table:
        return table[name]
    if name == _GLOTTAL_STOP:
        return None
    if name in _OF_48_ONLY and count < 61:
        return name if count == 48 else _OF_48_ONLY[name]
    raise ValueError(
        f"`name` must be one of TIMIT's {len(PHONES)} phones or a class that can be "
        f"folded into {count}. Received: name={name!r}"
    )


def _table(count: int) -> dict[str, str]:
    if count not in _TO:
        raise ValueError(
            f"`count` must be one of {CLASS_SETS}, the usual sets of classes. "
            f"Received: count={count!r}"
        )
    return _TO[count]
