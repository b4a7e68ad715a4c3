"""Projections of 8 bits give the sums of NumPy's integers, in both of their forms."""

import numpy as np
import pytest
from llvmlite import binding, ir

from keras_wavenet.generation.engines.cpu.byte_lanes import DOTS, dot_instruction
from keras_wavenet.generation.engines.cpu.compilation import compiled
from keras_wavenet.generation.engines.cpu.int8_projections import (
    MAX_INPUTS,
    Activations,
    activations_dtype,
    pack_int8,
    project_int8,
)
from keras_wavenet.generation.engines.cpu.lanes import LANES
from keras_wavenet.generation.engines.cpu.projections import padded_width
from tests.generation.int8_reference import int8_product

pytestmark = pytest.mark.neutral

RNG = np.random.default_rng(0)
compiled_project = compiled(project_int8.py_func)
FORMS = list(dict.fromkeys([activations_dtype(), activations_dtype(widened=True)]))


def projected(x, kernels, number, dtype):
    """`project_int8` of rows, with its outputs beyond the kernel's columns."""
    outputs = np.full((len(x), padded_width(kernels.shape[2])), np.nan, "float32")
    numbers = np.zeros((len(x), x.shape[1] + LANES), dtype)
    activations = Activations(numbers, np.zeros(len(x), "float32"))
    compiled_project(x, pack_int8(kernels, dtype), number, outputs, activations)
    return outputs


@pytest.mark.parametrize("dtype", FORMS)
@pytest.mark.parametrize("inputs, outputs", [(1, 1), (4, 32), (7, 33), (66, 100)])
def test_sums_are_those_of_rounded_integers_to_the_bit(inputs, outputs, dtype):
    kernels = RNG.normal(size=(3, inputs, outputs)).astype("float32")
    for streams in (1, 3, 4, 9):
        x = RNG.normal(size=(streams, inputs)).astype("float32")
        for number, kernel in enumerate(kernels):
            found = projected(x, kernels, number, dtype)
            expected = int8_product(x, kernel)
            np.testing.assert_array_equal(found[:, :outputs], expected)
            np.testing.assert_array_equal(found[:, outputs:], 0)
            largest = np.abs(x).max(1, keepdims=True) * np.abs(kernel).max(0)
            assert np.all(np.abs(expected - x @ kernel) <= inputs * largest / 120)


@pytest.mark.parametrize("dtype", FORMS)
def test_a_row_and_a_column_of_zeros_give_zeros(dtype):
    kernels = np.ones((1, 20, 3), "float32")
    kernels[..., 1] = 0
    x = np.stack([np.zeros(20), np.ones(20), np.full(20, 1e-38)]).astype("float32")
    found = projected(x, kernels, 0, dtype)[:, :3]
    np.testing.assert_allclose(found, [[0, 0, 0], [20, 0, 20], [0, 0, 0]], atol=1e-5)


def test_extreme_sums_fit_32_bits_and_larger_ones_are_refused():
    x = np.ones((1, MAX_INPUTS), "float32")
    x[0, ::2] = -1
    kernels = np.ones((1, MAX_INPUTS, 1), "float32")
    kernels[0, ::2] = -1
    for dtype in FORMS:
        assert projected(x, kernels, 0, dtype)[0, 0] == pytest.approx(MAX_INPUTS)
    with pytest.raises(ValueError, match="'cpu_bfloat16'.*Received: inputs=131,073"):
        pack_int8(np.ones((1, MAX_INPUTS + 1, 1), "float32"), "int8")


def test_the_form_is_that_of_the_processor():
    has_instruction = dot_instruction() is not None
    assert activations_dtype() == ("int8" if has_instruction else "int16")
    assert activations_dtype(widened=True) == "int16"


@pytest.mark.parametrize(
    "triple, processor, features, expected",
    [
        ("x86_64-unknown-linux-gnu", "znver5", "+avx512vnni,+avxvnni", "avx512vnni"),
        (
            "x86_64-pc-windows-msvc",
            "alderlake",
            "+avx2,-avx512vnni,+avxvnni",
            "avxvnni",
        ),
        ("x86_64-unknown-linux-gnu", "haswell", "+avx2,-avxvnni", None),
        ("aarch64-unknown-linux-gnu", "neoverse-n1", "+neon,+dotprod", "dotprod"),
        ("arm64-apple-darwin23", "apple-m1", "", "dotprod"),
        ("aarch64-unknown-linux-gnu", "cortex-a72", "+neon", None),
    ],
)
def test_the_instruction_follows_from_the_processor(
    triple, processor, features, expected
):
    class Codegen:
        def magic_tuple(self):
            return triple, processor, features

    assert dot_instruction(Codegen()) == expected


@pytest.mark.parametrize(
    "name, triple, processor, instruction, count",
    [
        ("avx512vnni", "x86_64-unknown-linux-gnu", "cascadelake", "vpdpbusd", 1),
        ("avxvnni", "x86_64-unknown-linux-gnu", "alderlake", "vpdpbusd", 2),
        ("dotprod", "aarch64-unknown-linux-gnu", "neoverse-n1", "sdot", 4),
    ],
)
def test_llvm_has_the_instruction_of_other_processors(
    name, triple, processor, instruction, count
):
    words = ir.VectorType(ir.IntType(32), LANES)
    module = ir.Module()
    function = ir.Function(module, ir.FunctionType(words, [words] * 3), "dot")
    builder = ir.IRBuilder(function.append_basic_block())
    builder.ret(DOTS[name](builder, *function.args))
    binding.initialize_all_targets()
    binding.initialize_all_asmprinters()
    machine = binding.Target.from_triple(triple).create_target_machine(cpu=processor)
    code = machine.emit_assembly(binding.parse_assembly(str(module)))
    assert code.count(f"{instruction}\t") == count
