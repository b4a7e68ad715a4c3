"""What precedes a clip: each way in which a project begins is converted exactly."""

import numpy as np
import pytest

from keras_wavenet.converters import convert_arrays
from tests.converters.projects import (
    DILATIONS,
    S4,
    Ibab,
    K,
    KanBayashi,
    Q,
    R,
    one_hot,
    relu,
    sigmoid,
)
from tests.family import outputs

pytestmark = pytest.mark.neutral
CODES = np.random.default_rng(0).integers(0, Q, 30)
SILENCE = np.full(2 * sum(DILATIONS), Q // 2)


class FastIbab(Ibab):
    """The fast generation of ibab: queues of zeros, one sample at a time."""

    def begin(self):
        self.last = np.zeros(Q)
        self.queues = [[np.zeros(R)] * dilation for dilation in DILATIONS]

    def step(self, code):
        """The logits of the sample after one code."""
        v, new, skips = self._arrays, one_hot(code), 0
        kernel = v["causal_layer/filter"]
        x, self.last = self.last @ kernel[0] + new @ kernel[1], new
        for i, queue in enumerate(self.queues):
            layer, old = f"dilated_stack/layer{i}", queue.pop(0)
            queue.append(x)
            f, g = (
                old @ v[f"{layer}/{name}"][0]
                + x @ v[f"{layer}/{name}"][1]
                + v[f"{layer}/{bias}"]
                for name, bias in (("filter", "Variable"), ("gate", "Variable_1"))
            )
            z = np.tanh(f) * sigmoid(g)
            skips = skips + z @ v[f"{layer}/skip"][0] + v[f"{layer}/Variable_3"]
            x = x + z @ v[f"{layer}/dense"][0] + v[f"{layer}/Variable_2"]
        hidden = relu(skips) @ v["postprocessing/postprocess1"][0]
        hidden = relu(hidden + v["postprocessing/Variable"])
        hidden = hidden @ v["postprocessing/postprocess2"][0]
        return hidden + v["postprocessing/Variable_1"]


@pytest.mark.parametrize("first", [3, Q // 2, 29])
def test_ibab_generates_fast_from_zeros_and_a_random_code(first):
    project = FastIbab()
    hparams = {"dilations": DILATIONS, "start": "zeros"}
    model = convert_arrays(project.arrays, None, hparams).model
    project.begin()
    expected = [project.step(code) for code in CODES]
    waveform = model.distribution.decode(CODES)
    found = outputs(model, {"waveform": waveform[None]})[0]
    np.testing.assert_allclose(found, expected, atol=1e-5)
    project.begin()
    codes = [first]
    for _ in range(25):
        codes.append(int(project.step(codes[-1]).argmax()))
    sample = model.distribution.decode(np.array([first]))[0]
    audio = model.generate(25, initial_sample=sample, temperature=0, engine="cpu")
    assert model.distribution.encode(audio)[0].tolist() == codes[1:]


def test_ibab_generates_slowly_from_silence_and_a_random_code():
    project = Ibab()
    model = convert_arrays(project.arrays, None, {"dilations": DILATIONS}).model
    codes = [*SILENCE, 29]
    for _ in range(25):
        codes.append(int(project.logits(np.array(codes))[-1].argmax()))
    sample = model.distribution.decode(np.array([29]))[0]
    audio = model.generate(25, initial_sample=sample, temperature=0, engine="cpu")
    assert model.distribution.encode(audio)[0].tolist() == codes[-25:]


@pytest.mark.parametrize("start", ["zeros", "silence"])
@pytest.mark.parametrize("quantization", ["mu-law", "linear"])
def test_s4_starts_as_its_network_or_as_its_scripts(start, quantization):
    project = S4()
    hparams = {"dilations": DILATIONS, "start": start, "quantization": quantization}
    conversion = convert_arrays(project.arrays, None, hparams)
    model = conversion.model
    before = SILENCE if start == "silence" else SILENCE[:0]

    def logits(codes):
        return project.logits(np.concatenate([before, codes]))[len(before) :]

    waveform = model.distribution.decode(CODES)
    found = outputs(model, {"waveform": waveform[None]})[0]
    np.testing.assert_allclose(found, logits(CODES), atol=1e-5)
    codes = [Q // 2]
    for _ in range(25):
        codes.append(int(logits(np.array(codes))[-1].argmax()))
    audio = model.generate(25, temperature=0, engine="cpu")
    assert model.distribution.encode(audio)[0].tolist() == codes[1:]
    assert any("--start silence" in note for note in conversion.notes) == (
        start == "zeros"
    )
    steps = np.diff(model.distribution.decode(np.arange(Q)))
    assert (np.ptp(steps) < 1e-3) == (quantization == "linear")


def test_kan_bayashi_generates_fast_after_one_receptive_field_of_silence():
    project, n = KanBayashi(), (K - 1) * sum(DILATIONS)
    hparams = {"dilations": DILATIONS, "start": "zeros"}
    model = convert_arrays(project.arrays, None, hparams).model
    frames = np.random.default_rng(2).normal(size=(20, 3)).astype("float32")
    context = np.repeat(frames[:1], n, axis=0)
    rows, codes = np.concatenate([context, frames]), [Q // 2] * (n + 1)
    for _ in range(20):
        codes.append(int(project.logits(codes, rows[: len(codes)])[-1].argmax()))
    audio = model.generate(
        20,
        prime=np.zeros(n, "float32"),
        conditions={"local": frames, "local_context": context},
        temperature=0,
        engine="cpu",
    )
    assert model.distribution.encode(audio)[0].tolist() == codes[n + 1 :]
    assert len(set(codes)) >= 4


@pytest.mark.parametrize("name", ["end_conv_1.bias", "end_conv_2.bias", "form.bias"])
def test_s4_without_a_bias_of_its_last_layers_is_refused(name):
    arrays = {n: a for n, a in S4().arrays.items() if not n.endswith(name)}
    with pytest.raises(ValueError, match=f"{name}`, and it is missing"):
        convert_arrays(arrays, "s4", {"dilations": DILATIONS})
