"""Values of a graph with the operators of Python, for longer formulas."""

from typing import Any, Union

import numpy as np

from keras_wavenet.export.onnx.graph import Graph

Operand = Union["Value", float]


class Value:
    """A value of a graph; numbers beside it become constants of its dtype.

    Args:
        graph: A `Graph`.
        name: Name of the value.
        dtype: Its dtype.

    Example:
        >>> x = Value(graph, "x")
        >>> y = (2 * x + 1).exp()  # y.name is the name of the result
    """

    def __init__(self, graph: Graph, name: str, dtype: str = "float32") -> None:
        self.graph, self.name, self.dtype = graph, name, dtype

    def __add__(self, other: Operand) -> "Value":
        return self.apply("Add", other)

    def __radd__(self, other: Operand) -> "Value":
        return self.apply("Add", other)

    def __sub__(self, other: Operand) -> "Value":
        return self.apply("Sub", other)

    def __rsub__(self, other: Operand) -> "Value":
        return (-self).apply("Add", other)

    def __mul__(self, other: Operand) -> "Value":
        return self.apply("Mul", other)

    def __rmul__(self, other: Operand) -> "Value":
        return self.apply("Mul", other)

    def __truediv__(self, other: Operand) -> "Value":
        return self.apply("Div", other)

    def __rtruediv__(self, other: Operand) -> "Value":
        inverse = Value(self.graph, self.graph.add("Reciprocal", self.name), self.dtype)
        return inverse if other == 1 else inverse * other

    def __neg__(self) -> "Value":
        return self.apply("Neg")

    def __lt__(self, other: Operand) -> "Value":
        return self.apply("Less", other)

    def __gt__(self, other: Operand) -> "Value":
        return self.apply("Greater", other)

    def __abs__(self) -> "Value":
        return self.apply("Abs")

    def exp(self) -> "Value":
        """The exponential function."""
        return self.apply("Exp")

    def log(self) -> "Value":
        """The natural logarithm."""
        return self.apply("Log")

    def minimum(self, other: Operand) -> "Value":
        """The lower of two."""
        return self.apply("Min", other)

    def maximum(self, other: Operand) -> "Value":
        """The higher of two."""
        return self.apply("Max", other)

    def clip(self, least: float, most: float) -> "Value":
        """Limit to a range."""
        return self.apply("Clip", least, most)

    def where(self, yes: Operand, no: Operand) -> "Value":
        """`yes` where this bool is true, else `no`; one of them is a `Value`."""
        dtype = next(one.dtype for one in (yes, no) if isinstance(one, Value))
        yes, no = (_operand(one, dtype) for one in (yes, no))
        return Value(self.graph, self.graph.add("Where", self.name, yes, no), dtype)

    def apply(self, operator: str, *others: Operand, **attributes: Any) -> "Value":
        """Any operator with this value as its first input."""
        inputs = [_operand(one, self.dtype) for one in others]
        name = self.graph.add(operator, self.name, *inputs, **attributes)
        return Value(self.graph, name, self.dtype)


def _operand(value, dtype):
    return value.name if isinstance(value, Value) else np.array(value, dtype)
