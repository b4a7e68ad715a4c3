"""Distributions by name: what a config may ask for, and nothing else."""

import pytest

from keras_wavenet import distributions
from keras_wavenet.distributions import Gaussian, LogisticMixture

pytestmark = pytest.mark.neutral


def test_a_name_a_config_and_an_instance_give_a_distribution():
    by_name = distributions.get("categorical")
    assert isinstance(by_name, distributions.Categorical)
    assert by_name.levels == 256
    by_config = distributions.get({"name": "categorical", "levels": 64})
    assert by_config.levels == 64
    assert distributions.get(by_config) is by_config


def test_the_mixtures_are_known_by_name():
    assert isinstance(distributions.get("logistic_mixture"), LogisticMixture)
    gaussian = distributions.get({"name": "gaussian", "components": 4})
    assert isinstance(gaussian, Gaussian) and gaussian.channels == 12


def test_a_distribution_tells_people_what_it_is():
    assert str(distributions.Categorical()) == "categorical, 256 levels"
    assert str(Gaussian()) == (
        "gaussian, 65536 levels, components 1, min_log_scale -7.0"
    )


def test_a_distribution_made_from_its_config_is_the_same():
    config = distributions.Categorical(32).get_config()
    again = distributions.get(config)
    assert isinstance(again, distributions.Categorical)
    assert again.get_config() == config == {"name": "categorical", "levels": 32}


@pytest.mark.parametrize(
    "distribution, received",
    [
        ("gamma", "'gamma'"),
        ("os.system", "'os.system'"),
        ({"levels": 256}, "None"),
        ({"name": ["categorical"]}, r"\['categorical'\]"),
    ],
)
def test_an_unknown_name_is_refused_with_those_that_are_known(distribution, received):
    with pytest.raises(
        ValueError, match=rf"one of \['categorical'.*\]. Received: {received}"
    ):
        distributions.get(distribution)


@pytest.mark.parametrize("distribution", [None, 256, ["categorical"]])
def test_what_is_no_name_config_or_distribution_is_refused(distribution):
    with pytest.raises(
        TypeError, match="a name, a config or .*Received: distribution="
    ):
        distributions.get(distribution)


def test_a_config_with_an_unknown_key_is_refused():
    for name in ("categorical", "gaussian", "logistic_mixture"):
        with pytest.raises(ValueError, match=f"config of '{name}'.*Received: .*bins"):
            distributions.get({"name": name, "bins": 256})
    with pytest.raises(ValueError, match="Received: .*components"):
        distributions.get({"name": "categorical", "components": 1})


def test_a_config_with_impossible_levels_is_refused():
    with pytest.raises(ValueError, match="from 2 to 65536. Received: levels=1"):
        distributions.get({"name": "categorical", "levels": 1})
