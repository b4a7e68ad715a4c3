"""Fixtures of the tests of recognition: clips made in memory."""

import pytest

from tests.data.conftest import ArraySource


@pytest.fixture
def make_source():
    """Make a source from a list of arrays."""
    return ArraySource
