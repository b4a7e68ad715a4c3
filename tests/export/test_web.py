"""The page of a `web` export: in a browser it generates what `generate` does."""

import json
import os

import numpy as np
import pytest
import soundfile

from keras_wavenet import WaveNet
from keras_wavenet.data.spoken_prompts.recordings import read_recording
from keras_wavenet.utils.pcm import encode_wav
from tests.family import KINDS, SMALL
from tests.pages.browser import find_browser, started

pytestmark = pytest.mark.neutral
needs_browser = [
    pytest.mark.skipif(os.name == "nt", reason="pipes are handed over by a shell"),
    pytest.mark.skipif(
        find_browser() is None, reason="no Chromium: apt-get install chromium"
    ),
]

SAMPLES = 150  # several frames, and more than the networks look back
SECOND = 16000
# What rounding changes in a sample, until it changes a code: see the README of a page.
ROUNDING = 1e-5  # a third of a step of 16 bits
OVERFLOW = """document.documentElement.scrollWidth
    - document.documentElement.clientWidth"""
STRETCH = {**KINDS["vocoder"]["upsampling"], "edges": "repeat"}
NETWORKS = {  # with the number of components of their mixtures, 0 for codes
    "speech": ({**KINDS["speech"], "start": "zeros", "initial_kernel_size": 5}, 0),
    "vocoder": ({**KINDS["vocoder"], "upsampling": STRETCH, "start": "silence"}, 3),
    "predicted": (KINDS["predicted"], 1),
    "skips": (
        {
            "input_encoding": "companded",
            "initial_activation": "relu",
            "initial_skip": True,
            "skip_scaling": "running",
            "kernel_size": 3,
            "global_channels": 2,
            "upsampling": {"kind": "repeat", "initial_kernel_size": 3},
            "local_channels": 4,
            "hop": 6,
        },
        0,
    ),
    "filtered": (
        {
            "waveform_filter": {"pre_emphasis": 0.8},
            "distribution": {"name": "gaussian", "components": 1},
            "dilation_channels": 20,  # more than the lanes of the CPU engine
            "residual_scale": 0.7,
            "initial_kernel_size": 4,
            "start": "zeros",
        },
        1,
    ),
    "companded": (
        {
            "distribution": {"name": "gaussian", "components": 2, "mu": 255},
            "input_encoding": "mu_law",
            "initial_activation": "tanh",
            "use_bias": False,
        },
        2,
    ),
}


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with started(find_browser(), tmp_path_factory.mktemp("profile")) as browser:
        yield browser


def conditions_of(model):
    """Conditions of one stream by name."""
    a, normal = model.architecture, np.random.default_rng(3).normal
    shapes = {
        "tags": a.tag_count,
        "global": a.global_channels,
        "local": (-(-SAMPLES // (a.hop or 1)), a.local_channels),
    }
    made = {n: normal(size=shapes[n]) for n in a.conditions if n in shapes}
    if "tags" in made:
        made["tags"] = made["tags"] > 0
    made = {name: values.astype("float32") for name, values in made.items()}
    return {"speaker": 1, **made} if a.speakers else made


def opened(browser, folder):
    """Open the page of an export, and wait for its model."""
    page = folder / "index.html"
    browser.open(page)
    assert browser.evaluate("model.ready.then(({ kind }) => kind)") == "ready"
    return page


def generated(browser, total, seed, **settings):
    """Samples that the page generates."""
    settings = {"total": total, "source": 0, "temperature": 1, "top_k": 0, **settings}
    given = f"{{ seed: {seed}n, ...{json.dumps(settings)} }}"
    samples = f"model.generate({given}).then((samples) => Array.from(samples))"
    return np.array(browser.evaluate(samples), "float32")


def requested(browser):
    """The addresses of all requests but that of the worker, a part of the page."""
    return [url for url in browser.requests() if not url.startswith("blob:")]


@pytest.mark.parametrize(
    "name, arguments, error",
    [
        ("far", {}, "has no context stack.*npz.*Received: context_stack="),
        ("vocoder", {}, "repeats the frames at the edges.*Received: upsampling="),
        ("speech", {}, r"Give it some: `frames`.*\(frames, 4\)"),
        ("speech", {"frames": np.zeros((9, 5))}, r"\(frames, 4\).*shape=\(9, 5\)"),
        ("far", {"context_stack": None, "frames": np.zeros((9, 5))}, r"\(frames, 0\)"),
    ],
)
def test_what_the_page_cannot_hold_is_refused(tmp_path, name, arguments, error):
    changed = {n: v for n, v in arguments.items() if n != "frames"}
    options = {n: v for n, v in arguments.items() if n == "frames"}
    model = WaveNet(**{**SMALL, **KINDS[name], **changed})
    with pytest.raises(ValueError, match=error):
        model.export_step(tmp_path / "page", "web", **options)
    assert not (tmp_path / "page").exists()


class TestInBrowser:
    pytestmark = needs_browser

    @pytest.mark.parametrize("name", NETWORKS)
    @pytest.mark.parametrize("sampling", [{}, {"temperature": 0.6, "top_k": 3}])
    def test_a_network_generates_the_samples_of_generate(
        self, browser, tmp_path, tiny_wavenet, name, sampling
    ):
        arguments, components = NETWORKS[name]
        if components and sampling:
            sampling = {"temperature": 0 if components == 1 else 0.6}
        model = tiny_wavenet(**{**SMALL, **arguments})
        given = conditions_of(model)
        expected = model.generate(
            SAMPLES, seed=2**63 + 7, engine="cpu", conditions=given, **sampling
        )
        frames = given.pop("local", None)
        model.export_step(tmp_path / "page", "web", frames=frames)
        opened(browser, tmp_path / "page")
        given = {name: np.asarray(value).tolist() for name, value in given.items()}
        found = generated(browser, SAMPLES, 2**63 + 7, **given, **sampling)
        assert np.abs(expected).max() > 0.01
        if name == "vocoder":
            np.testing.assert_allclose(found, expected[0], rtol=0, atol=ROUNDING)
        else:
            np.testing.assert_array_equal(found, expected[0])

    def test_a_preset_speaks_the_second_of_generate(self, browser, tmp_path):
        model = WaveNet.from_preset("wavenet_tiny")
        expected = model.generate(SECOND, seed=1, engine="cpu")[0]
        text = "<b>of a & b</b>"
        model.export_step(tmp_path / "page", "web", description=text, license=text)
        page = opened(browser, tmp_path / "page")
        browser.evaluate("element('seconds').value = 1, element('seed').value = 1")
        browser.call(
            "Runtime.evaluate",
            expression="element('play').click()",
            userGesture=True,  # which a browser wants before there is sound
        )
        found = browser.evaluate(
            """new Promise((kept) => { setInterval(() => {
                if (audio && player.position() > 0) kept(Array.from(audio));
            }, 20); })"""
        )
        np.testing.assert_array_equal(np.array(found, "float32"), expected)
        phone = {"width": 360, "height": 640, "deviceScaleFactor": 2, "mobile": True}
        browser.call("Emulation.setDeviceMetricsOverride", **phone)
        assert browser.evaluate(OVERFLOW) == 0
        browser.call("Emulation.clearDeviceMetricsOverride")
        told = browser.evaluate("element('status').textContent")
        assert told.startswith("1.0 of 1.0 s, ") and "times real time" in told
        shown = browser.evaluate("document.querySelector('main').innerText")
        assert shown.count(text) == 2
        wav = "Array.from(new Uint8Array(encode_wav(audio, 16000)))"
        assert bytes(browser.evaluate(wav)) == encode_wav(expected, 16000)
        assert requested(browser) == [page.as_uri()] and browser.problems() == []

    def test_a_vocoder_says_recordings_again(self, browser, tmp_path):
        model = WaveNet.from_preset("wavenet_realtime")
        recording, _ = soundfile.read(read_recording("it_carlo").path, dtype="float32")
        model.export_step(tmp_path / "page", "web", license="of the recordings")
        page = opened(browser, tmp_path / "page")

        def expected(audio):
            frames = model.architecture.features(audio)
            given = {"speaker": "ru_maxim", "local": frames}
            return model.generate(SECOND, seed=1, engine="cpu", conditions=given)[0]

        shipped = generated(browser, SECOND, 1, source=1, speaker=2)
        np.testing.assert_array_equal(shipped, expected(recording))
        # The scripts of the page analyse what it records, and add in another order.
        recorded = recording[: SECOND + 100]
        samples = json.dumps(recorded.tolist())
        count = browser.evaluate(
            f"model.record(Float32Array.from({samples})).then(({{ frames }}) => frames)"
        )
        assert count == len(model.architecture.features(recorded))
        found = generated(browser, 1000, 1, source="recording", speaker=2)
        np.testing.assert_allclose(
            found, expected(recorded)[:1000], rtol=0, atol=ROUNDING
        )
        options = browser.evaluate(
            "Array.from(element('source').options, ({ text }) => text)"
        )
        assert options[0] == '"Weasels have eaten our phone system" (en_allison)'
        assert requested(browser) == [page.as_uri()] and browser.problems() == []
