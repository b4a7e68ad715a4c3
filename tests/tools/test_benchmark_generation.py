"""The figures, the table and the command line of the generation benchmark."""

import importlib
import json
import sys
from pathlib import Path

import numpy as np
import pytest

from keras_wavenet.models.architecture import Architecture

TOOLS = Path(__file__).resolve().parents[2] / "tools"


@pytest.fixture
def tool(monkeypatch):
    """Import a module of the tools."""
    monkeypatch.syspath_prepend(TOOLS)
    return importlib.import_module


def row(samples_a_second, samples=100):
    return {"samples": samples, "seconds": [samples / samples_a_second] * 3}


def backend(**speeds):
    one = {"cpu": 8000.0, "sweep by rows": 9000.0, "sweep by columns": 10000.0}
    return {
        "speeds": {name: row(speed) for name, speed in {**one, **speeds}.items()},
        "naive": {"cpu": row(8000), "naive": row(10)},
        "calls": [{"seconds": 9.0}, {"seconds": 0.1}],
    }


@pytest.fixture
def report():
    eager = {"layers eagerly": 10, "tensor operations": 40}
    start = {"seconds": 25.0, "processor_seconds": 14.0}
    one = {"cpu": 8000, "cpu_bfloat16": 12000, "cpu_int8": 28000}
    one["cpu_int8, widened"] = 18000
    sweeps = {"sweep by rows": 9000, "sweep by columns": 10000}
    return {
        "preset": "wavenet_speech",
        "machine": {"processor": "a processor", "cores": 2},
        "limits": {
            "weights": 1000,
            "sample_rate": 16000,
            "bits": {"wavenet_tiny": {"cpu": 3.0, "cpu_int8": 3.0125}},
            "one_stream": {name: row(s) for name, s in {**one, **sweeps}.items()},
            "streams": row(20000),
            "gemm": 1e8,
        },
        "backends": {
            "torch": backend(torch=200, **eager),
            "jax": backend(jax=4000, **eager, **{"compiled step": 400}),
        },
        "costs": {
            "layers": {str(n): row(1 / (2 + n)) for n in (10, 20, 30)},
            "receptive_field": {"52": row(1000), "5117": row(800)},
            "streams": {"1": row(8000), "32": row(20000)},
            "length": [1e-4, 1e-4, 1.05e-4],
            "naive": {},
        },
        "starts": {
            "cold": {"first": start, "compiled": 0},
            "warm": {"first": {**start, "seconds": 2.0}, "compiled": 0},
        },
    }


@pytest.mark.neutral
def test_figures_are_ratios_of_medians_with_their_targets(tool, report):
    figures = tool("generation_benchmark.figures").make_figures(report)
    found = {each.what: (each.reached, each.verdict) for each in figures}
    expected = {
        "cpu, one stream, against the sweep limit": (0.8, "reached"),
        "cpu_bfloat16 against cpu, one stream": (1.5, "reached"),
        "cpu, 32 streams, against the GEMM rate": (0.4, "reached"),
        "cpu_int8 against cpu, one stream": (3.5, "reached"),
        "cpu_int8, one stream, against real time": (1.75, "missed"),
        "cpu_int8 without 8-bit instructions against cpu_bfloat16": (1.5, "reached"),
        "bits per sample that cpu_int8 loses, wavenet_tiny": (0.0125, "missed"),
        "cpu against the fastest queue loop (jax, compiled step)": (20, "reached"),
        "cpu against the slowest queue loop (torch, layers eagerly)": (800, "reached"),
        "cpu against the naive loop (jax)": (800, ""),
        "jax against cpu, one stream": (0.5, "reached"),
        "torch against cpu, one stream": (0.025, ""),
        "cost at 3 s of audio against 1 s": (1, "reached"),
        "cost against layers, furthest from a line": (0, "reached"),
        "cost at the widest receptive field against the narrowest": (1.25, "missed"),
        "cpu, cold start": (25, "missed"),
        "cpu, warm start": (2, "reached"),
        "cpu, functions compiled by a second call": (0, "reached"),
    }
    for what, (reached, verdict) in expected.items():
        assert found[what][0] == pytest.approx(reached, abs=1e-9), what
        assert found[what][1] == verdict, what


@pytest.mark.neutral
def test_the_table_lists_missed_targets(tool, report, capsys):
    figures = tool("generation_benchmark.figures")
    figures.print_speeds(report["backends"])
    tool("benchmarking").print_figures(figures.make_figures(report))
    printed = capsys.readouterr().out
    assert "4 missed" in printed
    assert "cpu, cold start: by the clock; 14.0 s of processor time" in printed
    (line,) = (line for line in printed.splitlines() if "compiled step  " in line)
    assert line.split()[-1] == "400.0"


@pytest.mark.neutral
def test_the_picture_is_drawn(tool, report, tmp_path):
    path = tmp_path / "costs.png"
    tool("generation_benchmark.picture").draw_costs(path, report)
    assert path.read_bytes().startswith(b"\x89PNG")


@pytest.mark.neutral
@pytest.mark.parametrize(
    "words, complaint",
    [
        (["--rounds", "0"], "--rounds must be at least 1. Received: 0"),
        (["--json", "no/such/folder/file"], "--json must be in a folder that exists"),
        (["--backend", "theano"], "invalid choice: 'theano'"),
    ],
)
def test_a_wrong_argument_is_refused_first(tool, capsys, words, complaint):
    with pytest.raises(SystemExit):
        tool("benchmark_generation").parse_arguments(words)
    assert complaint in capsys.readouterr().err


@pytest.mark.neutral
def test_all_backends_are_measured_by_default(tool):
    parse = tool("benchmark_generation").parse_arguments
    assert set(parse([]).backend) == {"jax", "tensorflow", "torch"}
    assert parse(["--backend", "jax", "--backend", "jax"]).backend == ["jax"]


@pytest.mark.neutral
def test_functions_are_timed_interleaved(tool):
    benchmarking, calls = tool("benchmarking"), []
    ways = {name: lambda name=name: calls.append(name) for name in "ab"}
    seconds_of_clock = iter(range(100))
    seconds = benchmarking.interleave(ways, 3, clock=lambda: next(seconds_of_clock))
    assert calls == list("ab" + "ababab")
    assert seconds == {"a": [1, 1, 1], "b": [1, 1, 1]}


@pytest.mark.neutral
def test_the_gemm_rate_counts_two_operations_per_multiplication(tool):
    benchmarking = tool("benchmarking")
    assert benchmarking.gemm_rate([4.0, 2.0, 1.0], size=100) == 1e6
    benchmarking.make_gemm(64, cores=2)()


@pytest.mark.neutral
def test_the_report_of_a_part_is_read_and_its_failure_is_an_error(tool):
    run = tool("benchmarking").run_part
    write = "import sys; open(sys.argv[1], 'w').write('{\"a\": 1}')"
    assert run([sys.executable, "-c", write], {}) == {"a": 1}
    with pytest.raises(RuntimeError, match="ended with status 3"):
        run([sys.executable, "-c", "raise SystemExit(3)"], {})


@pytest.mark.neutral
def test_a_report_is_json(tool, report, tmp_path):
    benchmarking = tool("benchmarking")
    figures = tool("generation_benchmark.figures").make_figures(report)
    benchmarking.write_json(tmp_path / "r.json", benchmarking.as_rows(figures))
    first, *_ = json.loads((tmp_path / "r.json").read_text())
    assert (first["target"], first["verdict"]) == (0.75, "reached")


def test_tensor_operations_are_the_same_network(tool):
    from keras import ops

    import keras_wavenet

    loops = tool("generation_benchmark.loops")
    model = keras_wavenet.WaveNet(
        dilations=[1, 2],
        residual_channels=4,
        dilation_channels=4,
        skip_channels=8,
    )
    random = np.random.default_rng(0)
    model.set_weights([random.normal(0, 0.3, each.shape) for each in model.weights])
    codes = random.integers(0, 256, 5)
    waveform = keras_wavenet.layers.mu_law_decode(codes)
    expected = model.predict_on_batch({"waveform": waveform[None]})[0]
    with loops.without_gradients():
        network = tool("generation_benchmark.tensor_loop").TensorLoop(model)
        found = [ops.convert_to_numpy(network.step(code[None]))[0] for code in codes]
    np.testing.assert_allclose(found, expected, atol=1e-5)


@pytest.mark.neutral
@pytest.mark.parametrize(
    "changes, complaint",
    [
        ({"global_channels": 2}, "condition_channels is {}.*Received: 'mine'"),
        ({"use_bias": False}, "use_bias is True.*Received: 'mine'"),
    ],
)
def test_a_network_that_is_not_plain_is_refused(tool, changes, complaint):
    networks = tool("generation_benchmark.networks")
    with pytest.raises(ValueError, match=complaint):
        networks.check_plain("mine", Architecture(**changes))
    networks.check_plain("mine", Architecture())
