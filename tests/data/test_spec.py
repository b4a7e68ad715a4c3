"""What data may be told of a model."""

import pytest

from keras_wavenet.data import DataSpec

pytestmark = pytest.mark.neutral


def test_specs_with_the_same_facts_are_equal():
    assert DataSpec(16000, 5116) == DataSpec(sample_rate=16000, context_length=5116)


@pytest.mark.parametrize("facts", [(0, 10), (16000, -1)])
def test_impossible_facts_are_refused(facts):
    with pytest.raises(ValueError, match=r"must be .*Received: \w+="):
        DataSpec(*facts)
