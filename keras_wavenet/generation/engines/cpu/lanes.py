"""Vectors of sixteen float32, for loops that the compiler cannot vectorize by itself.

It cannot keep a short row that is added to in registers, since the row and the weights
may overlap. `Lanes` are a register; machines with shorter ones use several for each.
"""

import typing
from collections.abc import Callable

from llvmlite import ir
from numba.core import cgutils, types
from numba.core.datamodel.manager import DataModelManager
from numba.core.typing import Context, Signature
from numba.extending import intrinsic, models, register_model

LANES = 16
_FLOATS = ir.VectorType(ir.FloatType(), LANES)
_INTEGERS = ir.VectorType(ir.IntType(32), LANES)
# The types of an intrinsic, and the function that generates its code.
Intrinsic: typing.TypeAlias = tuple[Signature, Callable]


class Lanes(types.Type):
    """The type of sixteen float32 in compiled code."""

    def __init__(self) -> None:
        super().__init__("Lanes")


lanes = Lanes()


@register_model(Lanes)
class LanesModel(models.PrimitiveModel):
    """Their representation in LLVM: a vector."""

    def __init__(self, manager: DataModelManager, lanes: Lanes) -> None:
        super().__init__(manager, lanes, _FLOATS)


@intrinsic
def zeros(typing_context: Context) -> Intrinsic:
    """Sixteen zeros."""

    def generate(context, builder, signature, arguments):
        return ir.Constant(_FLOATS, [0.0] * LANES)

    return lanes(), generate


@intrinsic
def left(typing_context: Context, weights: types.Type, row: types.Type) -> Intrinsic:
    """The first sixteen of the 32 weights in a row of a strip.

    The strips are contiguous, of float32, or of uint32: each word then holds two
    weights in bfloat16, the first of the row's halves in its low bits.
    """

    def generate(context, builder, signature, arguments):
        if weights.dtype == types.float32:
            start = _times(builder, arguments[1], 2 * LANES)
            return _load(context, builder, weights, arguments[0], start, _FLOATS)
        start = _times(builder, arguments[1], LANES)
        words = _load(context, builder, weights, arguments[0], start, _INTEGERS)
        bits = builder.shl(words, ir.Constant(_INTEGERS, [16] * LANES))
        return builder.bitcast(bits, _FLOATS)

    return lanes(weights, row), generate


@intrinsic
def right(typing_context: Context, weights: types.Type, row: types.Type) -> Intrinsic:
    """The other sixteen weights in a row of a strip: see `left`."""

    def generate(context, builder, signature, arguments):
        if weights.dtype == types.float32:
            start = _times(builder, arguments[1], 2 * LANES)
            start = builder.add(start, ir.Constant(start.type, LANES))
            return _load(context, builder, weights, arguments[0], start, _FLOATS)
        start = _times(builder, arguments[1], LANES)
        words = _load(context, builder, weights, arguments[0], start, _INTEGERS)
        bits = builder.and_(words, ir.Constant(_INTEGERS, [0xFFFF0000] * LANES))
        return builder.bitcast(bits, _FLOATS)

    return lanes(weights, row), generate


@intrinsic
def store(
    typing_context: Context, array: types.Type, index: types.Type, values: types.Type
) -> Intrinsic:
    """Write lanes to a contiguous float32 array, from a flat index on."""

    def generate(context, builder, signature, arguments):
        pointer = address(context, builder, array, *arguments[:2], _FLOATS)
        builder.store(arguments[2], pointer, align=4)
        return context.get_dummy_value()

    return types.void(array, index, values), generate


@intrinsic
def multiply_add(
    typing_context: Context, factor: types.Type, values: types.Type, total: types.Type
) -> Intrinsic:
    """`factor * values + total`, of a float32 and two lanes."""

    def generate(context, builder, signature, arguments):
        number, values, total = arguments
        factors = _repeated(builder, number)
        return _call(builder, "fmuladd", factors, values, total)

    return lanes(factor, values, total), generate


@intrinsic
def add(typing_context: Context, first: types.Type, second: types.Type) -> Intrinsic:
    """The sum of two lanes."""

    def generate(context, builder, signature, arguments):
        return builder.fadd(*arguments)

    return lanes(first, second), generate


@intrinsic
def load(typing_context: Context, array: types.Type, index: types.Type) -> Intrinsic:
    """Sixteen numbers of a contiguous float32 array, from a flat index on."""

    def generate(context, builder, signature, arguments):
        return _load(context, builder, array, *arguments, _FLOATS)

    return lanes(array, index), generate


@intrinsic
def load_one(
    typing_context: Context, array: types.Type, index: types.Type
) -> Intrinsic:
    """The number of a contiguous float32 array at a flat index."""

    def generate(context, builder, signature, arguments):
        return _load(context, builder, array, *arguments, ir.FloatType())

    return types.float32(array, index), generate


@intrinsic
def store_one(
    typing_context: Context, array: types.Type, index: types.Type, number: types.Type
) -> Intrinsic:
    """Write a float32 to a contiguous array at a flat index."""

    def generate(context, builder, signature, arguments):
        kind = ir.FloatType()
        pointer = address(context, builder, array, *arguments[:2], kind)
        builder.store(arguments[2], pointer, align=4)
        return context.get_dummy_value()

    return types.void(array, index, number), generate


@intrinsic
def repeated(typing_context: Context, number: types.Type) -> Intrinsic:
    """A float32 in every lane."""

    def generate(context, builder, signature, arguments):
        return _repeated(builder, arguments[0])

    return lanes(number), generate


@intrinsic
def multiply(
    typing_context: Context, first: types.Type, second: types.Type
) -> Intrinsic:
    """The product of two lanes."""

    def generate(context, builder, signature, arguments):
        return builder.fmul(*arguments)

    return lanes(first, second), generate


@intrinsic
def subtract(
    typing_context: Context, first: types.Type, second: types.Type
) -> Intrinsic:
    """The first lanes less the second."""

    def generate(context, builder, signature, arguments):
        return builder.fsub(*arguments)

    return lanes(first, second), generate


@intrinsic
def divide(typing_context: Context, first: types.Type, second: types.Type) -> Intrinsic:
    """The first lanes divided by the second."""

    def generate(context, builder, signature, arguments):
        return builder.fdiv(*arguments)

    return lanes(first, second), generate


@intrinsic
def multiply_add_lanes(
    typing_context: Context, first: types.Type, second: types.Type, total: types.Type
) -> Intrinsic:
    """`first * second + total` of three lanes."""

    def generate(context, builder, signature, arguments):
        return _call(builder, "fmuladd", *arguments)

    return lanes(first, second, total), generate


@intrinsic
def clip(typing_context: Context, values: types.Type, limit: types.Type) -> Intrinsic:
    """Lanes clipped to plus and minus a positive float32; NaN stays."""

    def generate(context, builder, signature, arguments):
        values, number = arguments
        most = _repeated(builder, number)
        least = _repeated(builder, builder.fneg(number))
        values = builder.select(builder.fcmp_ordered(">", values, most), most, values)
        return builder.select(builder.fcmp_ordered("<", values, least), least, values)

    return lanes(values, limit), generate


@intrinsic
def positive(typing_context: Context, values: types.Type) -> Intrinsic:
    """The ReLU of lanes."""

    def generate(context, builder, signature, arguments):
        zeros = ir.Constant(_FLOATS, [0.0] * LANES)
        is_below = builder.fcmp_ordered("<", arguments[0], zeros)
        return builder.select(is_below, zeros, arguments[0])

    return lanes(values), generate


@intrinsic
def floor(typing_context: Context, values: types.Type) -> Intrinsic:
    """The whole number at or below each lane."""

    def generate(context, builder, signature, arguments):
        return _call(builder, "floor", *arguments)

    return lanes(values), generate


@intrinsic
def power_of_two(typing_context: Context, powers: types.Type) -> Intrinsic:
    """2**power of whole numbers from -126 to 127."""

    def generate(context, builder, signature, arguments):
        bits = builder.fptosi(arguments[0], _INTEGERS)
        bits = builder.add(bits, ir.Constant(_INTEGERS, [127] * LANES))
        bits = builder.shl(bits, ir.Constant(_INTEGERS, [23] * LANES))
        return builder.bitcast(bits, _FLOATS)

    return lanes(powers), generate


def _call(builder, name, *arguments):
    """Call an intrinsic of LLVM on lanes."""
    function = cgutils.get_or_insert_function(
        builder.module,
        ir.FunctionType(_FLOATS, [_FLOATS] * len(arguments)),
        f"llvm.{name}.v{LANES}f32",
    )
    return builder.call(function, arguments)


def _repeated(builder, number):
    first = builder.insert_element(
        ir.Constant(_FLOATS, ir.Undefined), number, ir.Constant(ir.IntType(32), 0)
    )
    everywhere = ir.Constant(_INTEGERS, [0] * LANES)
    return builder.shuffle_vector(first, first, everywhere)


def _times(builder, number, factor):
    return builder.mul(number, ir.Constant(number.type, factor))


def _load(context, builder, array, value, start, vector):
    return builder.load(address(context, builder, array, value, start, vector), align=4)


def address(context, builder, array, value, start, vector):
    """A pointer to a vector in an array, from a flat index on."""
    if array.layout != "C":
        raise TypeError(f"Lanes need a contiguous array. Received: {array}")
    data = context.make_array(array)(context, builder, value).data
    return builder.bitcast(builder.gep(data, [start]), vector.as_pointer())
