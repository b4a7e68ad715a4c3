"""Dot products of bytes, sixteen columns at once, and the numbers they are made of.

The first of two forms is chosen where the processor has an instruction for it. Both
give the same whole numbers:

- `int8` activations: an instruction multiplies four bytes by four and adds the products
  to a sum. Where it takes the activations as unsigned, 128 is added to each.
- `int16` activations: weights are widened to 16 bits; most processors multiply pairs of
  these and add the two products. It works on all.
"""

from llvmlite import ir
from numba.core import cgutils, types
from numba.core.codegen import CPUCodegen
from numba.core.datamodel.manager import DataModelManager
from numba.core.registry import cpu_target
from numba.core.typing import Context
from numba.extending import intrinsic, models, register_model

from keras_wavenet.generation.engines.cpu.lanes import (
    LANES,
    Intrinsic,
    Lanes,
    address,
    lanes,
)

GROUP = 4  # inputs of one dot product
_BYTE, _WORD = ir.IntType(8), ir.IntType(32)
_WORDS = ir.VectorType(_WORD, LANES)
_FLOATS = ir.VectorType(ir.FloatType(), LANES)
# 1.5 * 2**23: added to a small number, it leaves the nearest whole one in the low bits.
_ROUNDING = 12582912.0


class Sums(types.Type):
    """The type of sixteen sums of products, each one int32 or, widened, two."""

    def __init__(self, count: int) -> None:
        super().__init__(f"Sums({count})")
        self.count = count


@register_model(Sums)
class SumsModel(models.PrimitiveModel):
    """Their representation in LLVM: a vector."""

    def __init__(self, manager: DataModelManager, sums: Sums) -> None:
        super().__init__(manager, sums, ir.VectorType(_WORD, sums.count))


def dot_instruction(codegen: CPUCodegen | None = None) -> str | None:
    """The instruction for dot products of bytes of this processor; `None` without one.

    Returns:
        `"avx512vnni"` or `"avxvnni"`, which take activations as unsigned; or
        `"dotprod"` of Arm.
    """
    codegen = codegen or cpu_target.target_context.codegen()
    triple, processor, features = codegen.magic_tuple()
    features = features.split(",")
    if triple.startswith(("aarch64", "arm64")):
        is_apple = processor.startswith("apple")  # some LLVM list no features of these
        return "dotprod" if is_apple or "+dotprod" in features else None
    for name in ("avx512vnni", "avxvnni"):
        if f"+{name}" in features:
            return name
    return None


@intrinsic
def no_sums(typing_context: Context, inputs: types.Type) -> Intrinsic:
    """Sums that are 0, for products with activations of the type of `inputs`."""
    sums = Sums(LANES if inputs.dtype == types.int8 else 2 * LANES)

    def generate(context, builder, signature, arguments):
        return ir.Constant(ir.VectorType(_WORD, sums.count), [0] * sums.count)

    return sums(inputs), generate


@intrinsic
def add_sums(typing_context: Context, first: Sums, second: Sums) -> Intrinsic:
    """The sums of two halves of the inputs."""

    def generate(context, builder, signature, arguments):
        return builder.add(*arguments)

    return first(first, second), generate


@intrinsic
def dot(
    typing_context: Context,
    weights: types.Type,
    row: types.Type,
    inputs: types.Type,
    index: types.Type,
    sums: Sums,
) -> Intrinsic:
    """Add to each sum the products of four inputs and four weights of its column.

    Args:
        weights: int8, contiguous: rows of sixteen columns of four weights.
        row: Number of the row.
        inputs: int8 or int16, contiguous.
        index: Flat index of the first of the four inputs.
        sums: From `no_sums` or the previous call.
    """

    def generate(context, builder, signature, arguments):
        weights_value, row_value, inputs_value, index_value, totals = arguments
        width = LANES * GROUP
        start = builder.mul(row_value, ir.Constant(row_value.type, width))
        bytes_ = ir.VectorType(_BYTE, width)
        pointer = address(context, builder, weights, weights_value, start, bytes_)
        columns = builder.load(pointer, align=1)
        bits = GROUP * inputs.dtype.bitwidth
        word = ir.IntType(bits)
        pointer = address(context, builder, inputs, inputs_value, index_value, word)
        four = _repeated(builder, builder.load(pointer, align=bits // 32))
        if inputs.dtype == types.int16:
            return builder.add(totals, _pairs_of_products(builder, four, columns))
        columns = builder.bitcast(columns, _WORDS)
        instruction = dot_instruction(context.codegen())
        return DOTS[instruction](builder, totals, four, columns)

    return sums(weights, row, inputs, index, sums), generate


@intrinsic
def as_lanes(
    typing_context: Context, sums: Sums, offsets: types.Type, index: types.Type
) -> Intrinsic:
    """Sums as float32, plus the int32 of contiguous `offsets` from a flat index on."""

    def generate(context, builder, signature, arguments):
        totals, start = arguments[0], arguments[2]
        if sums.count > LANES:
            totals = _add_neighbors(builder, totals)
        pointer = address(context, builder, offsets, arguments[1], start, _WORDS)
        totals = builder.add(totals, builder.load(pointer, align=4))
        return builder.sitofp(totals, _FLOATS)

    return lanes(sums, offsets, index), generate


@intrinsic
def larger(typing_context: Context, largest: Lanes, values: Lanes) -> Intrinsic:
    """The larger of each lane and the absolute value of another; NaN counts as 0."""

    def generate(context, builder, signature, arguments):
        most, values = arguments
        positive = ir.Constant(_WORDS, [0x7FFFFFFF] * LANES)
        bits = builder.and_(builder.bitcast(values, _WORDS), positive)
        return _larger(builder, most, builder.bitcast(bits, _FLOATS))

    return lanes(largest, values), generate


@intrinsic
def largest_lane(typing_context: Context, values: Lanes) -> Intrinsic:
    """The largest of sixteen lanes."""

    def generate(context, builder, signature, arguments):
        (most,) = arguments
        for distance in (8, 4, 2, 1):
            order = [(i + distance) % LANES for i in range(LANES)]
            other = builder.shuffle_vector(most, most, ir.Constant(_WORDS, order))
            most = _larger(builder, most, other)
        return builder.extract_element(most, ir.Constant(_WORD, 0))

    return types.float32(values), generate


@intrinsic
def store_rounded(
    typing_context: Context, array: types.Type, index: types.Type, values: Lanes
) -> Intrinsic:
    """Write lanes in [-127, 127], rounded, to an int8 or int16 array.

    Halves are rounded to even. Bytes that an instruction takes as unsigned are written
    plus 128.
    """
    number = ir.IntType(array.dtype.bitwidth)

    def generate(context, builder, signature, arguments):
        rounding = ir.Constant(_FLOATS, [_ROUNDING] * LANES)
        words = builder.bitcast(builder.fadd(arguments[2], rounding), _WORDS)
        if array.dtype == types.int8 and _takes_unsigned(context.codegen()):
            words = builder.xor(words, ir.Constant(_WORDS, [128] * LANES))
        vector = ir.VectorType(number, LANES)
        pointer = address(context, builder, array, *arguments[:2], vector)
        builder.store(builder.trunc(words, vector), pointer, align=1)
        return context.get_dummy_value()

    return types.void(array, index, values), generate


def takes_unsigned() -> bool:
    """Whether the instruction of this processor takes activations as unsigned."""
    return _takes_unsigned(cpu_target.target_context.codegen())


def _takes_unsigned(codegen):
    return dot_instruction(codegen) in ("avx512vnni", "avxvnni")


def _dot_512(builder, sums, inputs, columns):
    return _call(builder, "x86.avx512.vpdpbusd.512", sums, inputs, columns)


def _dot_256(builder, sums, inputs, columns):
    return _by_parts(builder, "x86.avx512.vpdpbusd.256", 2, sums, inputs, columns)


def _dot_arm(builder, sums, inputs, columns):
    name = "aarch64.neon.sdot.v4i32.v16i8"
    return _by_parts(builder, name, 4, sums, inputs, columns)


# By the instruction that `dot_instruction` names.
DOTS = {"avx512vnni": _dot_512, "avxvnni": _dot_256, "dotprod": _dot_arm}


def _by_parts(builder, name, count, *vectors):
    """Call an intrinsic on each of the parts of vectors; returns the whole."""
    width = LANES // count
    parts = []
    for first in range(0, LANES, width):
        numbers = list(range(first, first + width))
        order = ir.Constant(ir.VectorType(_WORD, width), numbers)
        own = [builder.shuffle_vector(each, each, order) for each in vectors]
        parts.append(_call(builder, name, *own))
    while len(parts) > 1:
        parts = [
            _joined(builder, *pair)
            for pair in zip(parts[::2], parts[1::2], strict=True)
        ]
    return parts[0]


def _joined(builder, first, second):
    count = 2 * first.type.count
    order = ir.Constant(ir.VectorType(_WORD, count), list(range(count)))
    return builder.shuffle_vector(first, second, order)


def _call(builder, name, sums, inputs, columns):
    """Call an intrinsic of LLVM that adds the dot products of bytes to sums."""
    kinds = [sums.type, inputs.type, columns.type]
    if name.startswith("aarch64"):
        bytes_ = ir.VectorType(_BYTE, GROUP * sums.type.count)
        inputs = builder.bitcast(inputs, bytes_)
        columns = builder.bitcast(columns, bytes_)
        kinds[1:] = [bytes_, bytes_]
    function = cgutils.get_or_insert_function(
        builder.module, ir.FunctionType(sums.type, kinds), f"llvm.{name}"
    )
    return builder.call(function, [sums, inputs, columns])


def _pairs_of_products(builder, inputs, columns):
    """The products of 64 int16 and int8, neighbors added: LLVM finds `pmaddwd`."""
    width = LANES * GROUP
    wide = ir.VectorType(_WORD, width)
    inputs = builder.bitcast(inputs, ir.VectorType(ir.IntType(16), width))
    products = builder.mul(builder.sext(inputs, wide), builder.sext(columns, wide))
    return _add_neighbors(builder, products)


def _add_neighbors(builder, values):
    half = values.type.count // 2
    kind = ir.VectorType(_WORD, half)
    even = ir.Constant(kind, list(range(0, 2 * half, 2)))
    odd = ir.Constant(kind, list(range(1, 2 * half, 2)))
    return builder.add(
        builder.shuffle_vector(values, values, even),
        builder.shuffle_vector(values, values, odd),
    )


def _larger(builder, first, second):
    return builder.select(builder.fcmp_ordered(">", second, first), second, first)


def _repeated(builder, word):
    vector = ir.VectorType(word.type, LANES)
    first = builder.insert_element(
        ir.Constant(vector, ir.Undefined), word, ir.Constant(_WORD, 0)
    )
    return builder.shuffle_vector(first, first, ir.Constant(_WORDS, [0] * LANES))
