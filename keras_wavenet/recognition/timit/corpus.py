"""What is published of TIMIT: phones, the classes they are folded into, and splits.

TIMIT is labeled with 61 phones. Lee & Hon train on 48 classes and, when they score, do
not count confusions within groups of these: 39 classes are left. The glottal stop `q`
has no class in either. This has become the convention, and published phoneme error
rates refer to it.

References:
    - Garofolo et al., TIMIT Acoustic-Phonetic Continuous Speech Corpus, LDC93S1:
      phoncode.doc, the 61 phones; testset.doc, the core test set, two men and a woman
      of each dialect region.
    - Lee & Hon, Speaker-independent phone recognition using hidden Markov models, IEEE
      Transactions on Acoustics, Speech, and Signal Processing 37 (1989), table II: the
      48 classes, and the groups within which confusions are not counted.
    - Halberstadt, Heterogeneous acoustic measurements and multiple classifiers for
      speech recognition, PhD thesis, MIT (1998): the development set, 50 other speakers
      of the test folder; as listed by the TIMIT recipe of Kaldi.
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

# Speakers of the test folder.
_CORE_TEST = """
    mdab0 mwbt0 felc0 mtas1 mwew0 fpas0 mjmp0 mlnt0 fpkt0 mlll0 mtls0 fjlm0
    mbpm0 mklt0 fnlp0 mcmj0 mjdh0 fmgd0 mgrt0 mnjm0 fdhc0 mjln0 mpam0 fmld0
"""
_DEVELOPMENT = """
    faks0 fdac1 fjem0 mgwt0 mjar0 mmdb1 mmdm2 mpdf0 fcmh0 fkms0 mbdg0 mbwm0 mcsh0
    fadg0 fdms0 fedw0 mgjf0 mglb0 mrtk0 mtaa0 mtdt0 mthc0 mwjg0 fnmr0 frew0 fsem0
    mbns0 mmjr0 mdls0 mdlf0 mdvc0 mers0 fmah0 fdrw0 mrcs0 mrjm4 fcal1 mmwh0 fjsj0
    majc0 mjsw0 mreb0 fgjd0 fjmg0 mroa0 mteb0 mjfc0 mrjr0 fmml0 mrws1
"""
CORE_TEST = frozenset(_CORE_TEST.split())
DEVELOPMENT = frozenset(_DEVELOPMENT.split())


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
        count: Number of classes of the set: 61, 48 or 39.

    Returns:
        Name of the class; None for the glottal stop in the two smaller sets.

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
