"""The descriptions of arguments are complete, and those of the layers they are for."""

import dataclasses
import inspect

import pytest

from keras_wavenet import config, config_parts, layers, models
from keras_wavenet.utils.arguments import describe

pytestmark = pytest.mark.neutral

NESTED = {
    config_parts.UpsamplingConfig: layers.FrameUpsampling,
    config_parts.ContextStackConfig: models.ContextStack,
    config_parts.FrameEncoderConfig: layers.FrameEncoder,
}


@pytest.mark.parametrize("described, cls", NESTED.items())
def test_the_keys_of_a_dict_are_arguments_of_its_layer(described, cls):
    parameters = inspect.signature(cls).parameters
    for field in dataclasses.fields(described):
        assert field.name in parameters
        if field.default is not dataclasses.MISSING:
            assert field.default == parameters[field.name].default, field.name


def test_every_plain_argument_has_bounds_or_choices():
    for described in (
        config.WaveNetConfig,
        *NESTED,
        config_parts.LinearPredictionConfig,
    ):
        for name, argument in describe(described).items():
            assert argument.summary, name
            if argument.kind in (int, list, "names"):
                assert argument.least is not None and argument.most, name
            if argument.kind is list:
                assert argument.longest, name
            if argument.kind is str:
                assert argument.choices, name


def test_each_flag_of_a_model_is_described_once():
    flags = [
        argument.flag
        for described in (
            config.WaveNetConfig,
            *NESTED,
            config_parts.LinearPredictionConfig,
        )
        for argument in describe(described).values()
        if argument.flag is not None
    ]
    assert len(set(flags)) == len(flags)
