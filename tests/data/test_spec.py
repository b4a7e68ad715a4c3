"""What data pipelines need of a model."""

import pytest

from keras_wavenet.data import DataSpec

pytestmark = pytest.mark.neutral


def test_specs_with_the_same_facts_are_equal():
    assert DataSpec(16000, 5116) == DataSpec(sample_rate=16000, context_length=5116)


@pytest.mark.parametrize("facts", [(0, 10), (16000, -1)])
def test_impossible_facts_are_refused(facts):
    with pytest.raises(ValueError, match=r"must be .*Received: \w+="):
        DataSpec(*facts)


class Loudness:
    """Features of 200 samples each, in one channel."""

    sample_rate, hop, channels, whole_clip = 16000, 200, 1, False


LOCAL = {"conditions": ("local",), "local_hop": 200, "local_channels": 1, "hop": 400}


def test_a_model_without_conditions_needs_only_two_facts():
    spec = DataSpec(16000, 10)
    assert spec.conditions == ()
    assert spec.hop == 1
    assert not spec.needs_context_valid


def test_all_conditions_may_be_combined():
    conditions = {**LOCAL, "conditions": ("speaker", "tags", "global", "local")}
    spec = DataSpec(
        16000, 10, speakers=("ida", "max"), tags=4, features=Loudness(), **conditions
    )
    assert spec.hop == 2 * spec.local_hop


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"hop": 0}, "`hop` must be at least 1. Received: hop=0"),
        ({"frames_before": -1}, "`frames_before` must be .*=-1"),
        ({"conditions": ("voice",)}, r"some of 'speaker', .*=\('voice',\)"),
        ({"conditions": ("speaker",)}, r"Received: speakers=\(\)"),
        ({"conditions": ("speaker",), "speakers": "ida"}, "Received: speakers='ida'"),
        ({"conditions": ("tags",), "tags": ("a", "a")}, "one name or more, each once"),
        ({"conditions": ("tags",), "tags": 0}, "Received: tags=0"),
        ({**LOCAL, "hop": 300}, "Received: hop=300, local_hop=200"),
        ({**LOCAL, "local_channels": 0}, "Received: local_channels=0"),
        (
            {**LOCAL, "local_hop": 100, "features": Loudness()},
            "`local_hop` of the model, 100. Received: features with hop=200",
        ),
        (
            {**LOCAL, "local_channels": 80, "features": Loudness()},
            "`local_channels` of the model, 80. Received: features with channels=1",
        ),
    ],
)
def test_facts_that_do_not_go_together_are_refused(facts, message):
    with pytest.raises(ValueError, match=message):
        DataSpec(16000, 10, **facts)


def test_features_of_another_rate_are_refused():
    message = "`sample_rate` of the model, 22050. .* with sample_rate=16000"
    with pytest.raises(ValueError, match=message):
        DataSpec(22050, 10, features=Loudness(), **LOCAL)
