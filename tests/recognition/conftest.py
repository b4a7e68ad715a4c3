"""Fixtures of the tests of recognition: clips made in memory."""

import pytest

from tests.array_source import array_source


@pytest.fixture
def make_source():
    """Make a source from a list of arrays."""
    return array_source
