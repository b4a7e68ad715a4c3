"""Hubs on this machine, with which their real clients talk."""

import pytest

from tests.hubs.hugging_face_server import HuggingFaceServer
from tests.hubs.kaggle_server import KaggleServer
from tests.hubs.loopback import running


@pytest.fixture(scope="session")
def preset(tmp_path_factory, tiny_wavenet):
    """The folder of a small preset with weights."""
    folder = tmp_path_factory.mktemp("hub") / "voice"
    tiny_wavenet(dilations=[1, 2]).save_to_preset(
        folder, description="A small voice.", license="CC BY 4.0: by Anna."
    )
    return folder


@pytest.fixture
def content(preset):
    """The files of that preset, by name."""
    return {path.name: path.read_bytes() for path in preset.iterdir()}


@pytest.fixture
def cache(tmp_path):
    """The folder of downloads, which is new for each test."""
    return tmp_path / "cache"


@pytest.fixture
def hugging_face(monkeypatch, cache):
    """An empty hub, which the client takes for huggingface.co."""
    from huggingface_hub import constants

    with running(HuggingFaceServer()) as server:
        values = {
            "ENDPOINT": server.url,
            "HUGGINGFACE_CO_URL_TEMPLATE": server.url
            + "/{repo_id}/resolve/{revision}/{filename}",
            "HF_HUB_CACHE": str(cache),
            "HF_HUB_DISABLE_XET": True,
            "HF_HUB_OFFLINE": False,
            "HF_HUB_ETAG_TIMEOUT": 5,
            "HF_HUB_DOWNLOAD_TIMEOUT": 5,
        }
        for name, value in values.items():
            monkeypatch.setattr(constants, name, value)
        monkeypatch.setenv("HF_TOKEN", "hf_of_the_tests")
        yield server


@pytest.fixture
def kaggle(monkeypatch, cache, tmp_path):
    """An empty hub, which the client takes for kaggle.com.

    The client lets nobody choose an address; the table of its addresses does.
    """
    from kagglesdk import kaggle_env

    with running(KaggleServer()) as server:
        addresses = kaggle_env._env_to_endpoint
        monkeypatch.setitem(addresses, kaggle_env.KaggleEnv.PROD, server.url)
        monkeypatch.setenv("KAGGLEHUB_CACHE", str(cache))
        monkeypatch.setenv("KAGGLE_CONFIG_DIR", str(tmp_path))
        monkeypatch.setenv("KAGGLE_API_TOKEN", "of the tests")
        yield server
