"""The measurements of the benchmark, each run in a process of its own: see `PARTS`.

A measurement takes the parsed command line and returns its report, numbers only. A
timing is a dict of `samples`, of all streams together, and of the `seconds` of each
round. One stream is timed by the processor time of its thread if all compared loops run
in that thread, and otherwise by the clock.
"""

import functools
import time

import keras
from benchmarking import gemm_rate, interleave, log, make_gemm, median

from generation_benchmark import loops
from generation_benchmark.bits import measure_bits
from generation_benchmark.networks import make_network
from keras_wavenet.generation import engines

SECONDS = 0.25  # of each loop in a round
MANY_STREAMS = 32
STREAMS = (1, 4, 16, 32, 64)
SAMPLES_OF_MANY = engines.CHUNK // 2  # per call, in which queues are copied once
SHARES_OF_BLOCKS = (0.2, 0.4, 0.6, 0.8, 1)
LONGEST_DILATIONS = (1, 8, 64, 512)
AUDIO_SECONDS = 15
BLOCKS_OF_LONG_AUDIO = 10
BEGINNING, SECOND_CALL = 256, 1500  # samples of a first and a second call
FEW = 16  # samples of the first call of a backend's loop


def measure_limits(arguments):
    """Measure the precisions of the engine `cpu`, and the limits of the machine."""
    model = make_network(arguments.preset)
    weights = model.multiply_adds_per_sample
    log("one stream and the sweep limit")
    ways = {
        "cpu": loops.make_engine(model, "cpu"),
        "cpu_bfloat16": loops.make_engine(model, "cpu_bfloat16"),
        "cpu_int8": loops.make_engine(model, "cpu_int8"),
        "cpu_int8, widened": loops.make_widened_engine(model),
        **loops.make_sweeps(weights),
    }
    one = time_in_turn(ways, 2 * arguments.rounds, time.thread_time)
    log(f"{MANY_STREAMS} streams and the GEMM rate")
    many = loops.make_engine(model, "cpu", MANY_STREAMS)
    ways = {"cpu": functools.partial(many, engines.CHUNK), "gemm": make_gemm()}
    seconds = interleave(ways, arguments.rounds)
    log("bits of the shipped speech")
    return {
        "weights": weights,
        "sample_rate": model.sample_rate,
        "bits": measure_bits(("cpu", "cpu_bfloat16", "cpu_int8")),
        "one_stream": one,
        "streams": timed(engines.CHUNK * MANY_STREAMS, seconds["cpu"]),
        "gemm": gemm_rate(seconds["gemm"]),
    }


def measure_costs(arguments):
    """Measure the cost of a sample by layers, receptive field, streams and length."""
    dilations = make_network(arguments.preset).architecture.dilations
    blocks = len(dilations)
    log("cost against layers")
    counts = sorted({max(1, round(blocks * share)) for share in SHARES_OF_BLOCKS})
    layers = {str(n): make_network(arguments.preset, dilations[:n]) for n in counts}
    by_layers = _time_networks(layers, arguments.rounds)
    log("cost against receptive field")
    fields = {}
    for longest in LONGEST_DILATIONS:
        cycle = [2**power for power in range(longest.bit_length())]
        chosen = [cycle[i % len(cycle)] for i in range(blocks)]
        network = make_network(arguments.preset, chosen)
        fields[str(network.receptive_field)] = network
    by_field = _time_networks(fields, 2 * arguments.rounds)
    log("cost against streams")
    whole = layers[str(blocks)]
    by_streams = _time_streams(whole, arguments.rounds)
    log(f"cost along {AUDIO_SECONDS} s of audio")
    long = make_network(arguments.preset, dilations[:BLOCKS_OF_LONG_AUDIO])
    return {
        "layers": by_layers,
        "receptive_field": by_field,
        "streams": by_streams,
        "length": _cost_along(long),
        "naive": _time_naive(fields) if arguments.naive_costs else {},
    }


def _time_networks(networks, rounds):
    ways = {name: loops.make_engine(each, "cpu") for name, each in networks.items()}
    return time_in_turn(ways, rounds, time.thread_time)


def _time_streams(model, rounds):
    ways = {}
    for streams in STREAMS:
        generate = loops.make_engine(model, "cpu", streams)
        ways[str(streams)] = functools.partial(generate, SAMPLES_OF_MANY)
    seconds = interleave(ways, max(2, rounds // 2))
    return {n: timed(int(n) * SAMPLES_OF_MANY, seconds[n]) for n in ways}


def _time_naive(networks):
    log("cost of the naive loop against receptive field")
    ways = {name: loops.make_naive_loop(each) for name, each in networks.items()}
    seconds = interleave({n: functools.partial(w, 1) for n, w in ways.items()}, 1)
    return {name: timed(1, taken) for name, taken in seconds.items()}


def _cost_along(model):
    """Seconds per sample, the median of the chunks of each second of audio."""
    generate = loops.make_engine(model, "cpu")
    costs = []
    generate(1)
    for _ in range(AUDIO_SECONDS):
        chunks = range(model.sample_rate // engines.CHUNK)
        way = {"": functools.partial(generate, engines.CHUNK)}
        taken = interleave(way, len(chunks), warm_up=0, clock=time.thread_time)
        costs.append(median(taken[""]) / engines.CHUNK)
    return costs


def measure_backend(arguments):
    """Measure the loops of a backend and the engine `cpu`, one stream each."""
    backend = keras.backend.backend()
    model = make_network(arguments.preset)
    log(f"{backend}: compiling its loop")
    calls = [_seconds_of(model, backend, count) for count in (FEW, FEW + 1)]
    cpu = loops.make_engine(model, "cpu")
    ways = {
        "cpu": cpu,
        **loops.make_sweeps(model.multiply_adds_per_sample),
        backend: loops.make_engine(model, backend),
        "layers eagerly": loops.make_layer_loop(model),
        "tensor operations": loops.make_tensor_loop(model),
    }
    if backend != "torch":  # PyTorch has no compiled step
        ways["compiled step"] = loops.make_compiled_step_loop(model)
    log(f"{backend}: the loops, interleaved")
    speeds = time_in_turn(ways, arguments.rounds)
    log(f"{backend}: the naive loop")
    naive = time_in_turn({"cpu": cpu, "naive": loops.make_naive_loop(model)}, 1)
    return {"speeds": speeds, "naive": naive, "calls": calls}


def measure_start(arguments):
    """Measure the first two generations of a process, and count compilations."""
    from numba.core import event

    model = make_network(arguments.preset)
    first = _seconds_of(model, "cpu", BEGINNING)
    with event.install_recorder("numba:compile") as compiled:
        second = _seconds_of(model, "cpu", SECOND_CALL)
    return {"first": first, "second": second, "compiled": len(compiled.buffer)}


def _seconds_of(model, engine, count):
    clock, processor = time.perf_counter(), time.process_time()
    model.generate(count, seed=0, engine=engine)
    return {
        "seconds": time.perf_counter() - clock,
        "processor_seconds": time.process_time() - processor,
    }


def time_in_turn(ways, rounds, clock=time.perf_counter):
    """Time functions of a number of samples that takes about `SECONDS`."""
    counts = {name: fitting_count(way) for name, way in ways.items()}
    fitting = {n: functools.partial(way, counts[n]) for n, way in ways.items()}
    seconds = interleave(fitting, rounds, warm_up=0, clock=clock)
    return {name: timed(counts[name], seconds[name]) for name in ways}


def fitting_count(way, seconds=SECONDS):
    """Return the number of samples that take `seconds`, after a warm-up; at least 1."""
    way(1)
    count = 1
    while True:
        started = time.perf_counter()
        way(count)
        taken = time.perf_counter() - started
        if taken > seconds / 2:
            return max(1, round(count * seconds / taken))
        count *= 2


def timed(samples, seconds):
    """Return a timing as it is stored in a report."""
    return {"samples": samples, "seconds": seconds}


def measure_cpu(arguments):
    """Measure the engine `cpu` in one process, from its start."""
    return {
        "start": measure_start(arguments),
        "limits": measure_limits(arguments),
        "costs": measure_costs(arguments),
    }


PARTS = {"start": measure_start, "cpu": measure_cpu, "backend": measure_backend}
