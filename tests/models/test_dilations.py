"""Dilation schedules, and their receptive field."""

import pytest

from keras_wavenet.models.dilations import doubling_dilations, receptive_field

pytestmark = pytest.mark.neutral


def test_dilations_double_and_start_again():
    assert doubling_dilations(8) == [1, 2, 4, 8]
    assert doubling_dilations(4, cycles=2) == [1, 2, 4, 1, 2, 4]
    assert doubling_dilations(1, cycles=3) == [1, 1, 1]


def test_the_default_is_one_block_of_the_paper():
    assert doubling_dilations() == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]


@pytest.mark.parametrize("largest", [3, 100])
def test_a_largest_dilation_that_is_no_power_of_two_is_refused(largest):
    with pytest.raises(ValueError, match=f"power of two. Received: largest={largest}"):
        doubling_dilations(largest)


@pytest.mark.parametrize(
    "arguments", [{"largest": 0}, {"largest": 4.0}, {"cycles": 0}, {"cycles": "2"}]
)
def test_what_is_no_positive_integer_is_refused(arguments):
    (name,) = arguments
    with pytest.raises(ValueError, match=rf"`{name}` must be .*Received: {name}="):
        doubling_dilations(**arguments)


@pytest.mark.parametrize(
    "dilations, kernel_size, initial_kernel_size, expected",
    [
        ([1], 2, 1, 2),
        ([1], 2, 2, 3),
        ([1, 2, 4, 8], 2, 1, 16),
        ([1, 2, 4], 3, 4, 18),
        (doubling_dilations(512, cycles=5), 2, 2, 5117),
        (doubling_dilations(512, cycles=4), 2, 2, 4094),
    ],
)
def test_the_receptive_field_counts_the_present_sample_and_all_taps(
    dilations, kernel_size, initial_kernel_size, expected
):
    found = receptive_field(dilations, kernel_size, initial_kernel_size)
    assert found == expected
