"""The error of a missing optional dependency names the extra that installs it."""

import configparser
import re
from pathlib import Path

import pytest

from keras_wavenet.utils import extras

pytestmark = pytest.mark.neutral

CHECKOUT = Path(__file__).resolve().parents[2]


def test_every_module_imported_as_an_extra_has_a_known_extra():
    imported = {
        name.partition(".")[0]
        for path in (CHECKOUT / "keras_wavenet").rglob("*.py")
        for name in re.findall(r'import_extra\(\s*"([\w.]+)"', path.read_text())
    }
    assert imported == set(extras._EXTRA_OF)
    setup = configparser.ConfigParser()
    setup.read(CHECKOUT / "setup.cfg")
    assert set(extras._EXTRA_OF.values()) <= set(setup["options.extras_require"])


def test_a_missing_submodule_is_an_error_with_the_command_to_install_it(monkeypatch):
    monkeypatch.setitem(extras._EXTRA_OF, "no_such_package", "data")
    message = (
        r'Reading needs `no_such_package.part`.*pip install "keras-wavenet\[data\]"'
    )
    with pytest.raises(ImportError, match=message):
        extras.import_extra("no_such_package.part", "Reading")
