"""The folding of TIMIT's phones, as in Lee & Hon, and the speakers of its splits."""

from collections import Counter

import pytest

from keras_wavenet.recognition.timit import CLASS_SETS, fold, phone_classes
from keras_wavenet.recognition.timit.corpus import CORE_TEST, DEVELOPMENT, PHONES

pytestmark = pytest.mark.neutral


@pytest.mark.parametrize("count", CLASS_SETS)
def test_each_set_has_as_many_classes_as_its_name_says(count):
    names = phone_classes(count)
    assert len(set(names)) == count and sorted(names) == list(names)
    assert {fold(phone, count) for phone in PHONES} - {None} == set(names)


def test_phones_that_are_confused_within_groups_are_one_of_39():
    groups = Counter(fold(phone) for phone in PHONES)
    joined = {name: count for name, count in groups.items() if count > 1}
    assert joined == {
        "sil": 9, "aa": 2, "ah": 3, "er": 2, "hh": 2, "ih": 2, "l": 2, "m": 2,
        "n": 3, "ng": 2, "sh": 2, "uw": 2,
    }  # fmt: skip
    for phone in ("h#", "pau", "epi", "pcl", "tcl", "kcl", "bcl", "dcl", "gcl"):
        assert fold(phone) == "sil"


def test_the_set_of_48_keeps_what_39_joins():
    apart = {"ao", "ax", "ix", "el", "en", "zh", "cl", "vcl", "epi"}
    assert set(phone_classes(48)) - set(phone_classes(39)) == apart
    assert set(phone_classes(39)) <= set(phone_classes(48))


@pytest.mark.parametrize("name", phone_classes(48))
def test_a_class_of_48_is_folded_as_its_phones_are(name):
    phones = [phone for phone in PHONES if fold(phone, 48) == name]
    assert {fold(phone, 39) for phone in phones} == {fold(name, 39)}


def test_the_glottal_stop_has_no_class_but_its_own():
    assert [fold("q", count) for count in CLASS_SETS] == ["q", None, None]


def test_what_is_no_phone_or_no_set_is_refused():
    with pytest.raises(ValueError, match="`name` must be .*Received: name='xx'"):
        fold("xx")
    with pytest.raises(ValueError, match="Received: name='sil'"):
        fold("sil", 61)
    with pytest.raises(ValueError, match="`count` must be .*Received: count=40"):
        phone_classes(40)


def test_no_speaker_is_both_in_the_core_test_and_the_development_set():
    assert len(CORE_TEST) == 24 and len(DEVELOPMENT) == 50
    assert not CORE_TEST & DEVELOPMENT
    women = sum(name.startswith("f") for name in CORE_TEST)
    assert women == 8  # one of each region
