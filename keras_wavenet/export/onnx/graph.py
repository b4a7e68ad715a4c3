"""A small builder of ONNX graphs: values are names, nodes are added in order."""

from collections.abc import Sequence

import numpy as np

from keras_wavenet.utils import extras

# onnxruntime 1.12 (2022) and everything later read it. It is the first with no older
# form of an operator that these graphs need in another one.
OPSET = 17
IR_VERSION = 8  # of the same year: later files are refused by older runtimes

FLOAT, DOUBLE, INT64, BOOL = "float32", "float64", "int64", "bool"
Shape = Sequence[int | str]


def onnx_package():
    """The package `onnx`; ImportError names the extra that installs it."""
    return extras.import_extra("onnx", 'The format "onnx"')


class Graph:
    """A graph under construction, or the body of a loop.

    Values are referred to by their names. Arrays among the inputs of a node become
    constants of the graph.

    Args:
        name: Name of the graph, also the start of the names of its values.
        weights: How `weight` stores arrays: `"float32"`, `"float16"` or `"int8"`.

    Example:
        >>> graph = Graph("double")
        >>> x = graph.input("x", FLOAT, ["n"])
        >>> graph.output(graph.add("Mul", x, np.float32(2), name="y"), FLOAT, ["n"])
        >>> model = graph.model("Twice the input.")
    """

    def __init__(self, name: str, weights: str = "float32") -> None:
        self.name = name
        self.weights = weights
        self._helper = onnx_package().helper
        self._numpy_helper = onnx_package().numpy_helper
        self._nodes, self._inputs, self._outputs = [], [], []
        self._constants = {}  # by dtype, shape and content
        self._names = 0

    def input(self, name: str, dtype: str, shape: Shape, doc: str = "") -> str:
        """Add an input of the graph; returns its name."""
        self._inputs.append(self._value(name, dtype, shape, doc))
        return name

    def output(self, name: str, dtype: str, shape: Shape, doc: str = "") -> None:
        """Make a value of the graph one of its outputs."""
        self._outputs.append(self._value(name, dtype, shape, doc))

    def constant(self, array: np.ndarray) -> str:
        """Add a constant, unless the graph has the same one; returns its name."""
        array = np.ascontiguousarray(array).reshape(np.shape(array))
        key = (str(array.dtype), array.shape, array.tobytes())
        if key not in self._constants:
            name = f"{self.name}_constant_{len(self._constants)}"
            self._constants[key] = self._numpy_helper.from_array(array, name)
        return self._constants[key].name

    def weight(self, array: np.ndarray) -> str:
        """Add a kernel as it is stored, and the nodes that make it float32.

        A runtime computes these when it loads the file, since all their inputs are
        constants. Integers have a scale for each column.
        """
        array = np.asarray(array, "float32")
        if self.weights == "float32" or not array.size:
            return self.constant(array)
        if self.weights == "float16":
            return self.cast(self.constant(array.astype("float16")), FLOAT)
        scale = np.abs(array).max(axis=-2, keepdims=True) / 127
        scale = np.where(scale > 0, scale, 1).astype("float32")
        whole = np.rint(array / scale).astype("int8")
        return self.add("Mul", self.cast(self.constant(whole), FLOAT), scale)

    def add(
        self,
        operator: str,
        *inputs: str | np.ndarray | np.generic,
        name: str | None = None,
        outputs: int | None = None,
        **attributes,
    ) -> str | list[str]:
        """Add a node; returns the name of its output.

        Args:
            operator: Name of the operator.
            *inputs: Names of values, or arrays.
            name: Name of the output; `None` makes one.
            outputs: Number of outputs, whose names are then returned as a list.
            **attributes: Attributes of the operator; a `Graph` is a body.
        """
        names = [one if isinstance(one, str) else self.constant(one) for one in inputs]
        if name is None:
            self._names += 1
            name = f"{self.name}_{operator.lower()}_{self._names}"
        results = [name]
        if outputs is not None:
            results = [f"{name}_{number}" for number in range(outputs)]
        self.add_node(operator, names, results, **attributes)
        return name if outputs is None else results

    def add_node(
        self, operator: str, inputs: list[str], outputs: list[str], **attributes
    ) -> None:
        """Add a node with given names."""
        attributes = {
            key: value.graph() if isinstance(value, Graph) else value
            for key, value in attributes.items()
        }
        node = self._helper.make_node(operator, inputs, outputs, **attributes)
        self._nodes.append(node)

    def cast(self, value: str, dtype: str, name: str | None = None) -> str:
        """Add a conversion to a dtype."""
        return self.add("Cast", value, to=self._type(dtype), name=name)

    def slice(
        self,
        value: str,
        start: int | str,
        stop: int | str,
        axis: int,
        step: int = 1,
        name: str | None = None,
    ) -> str:
        """Add `value[start:stop:step]` on an axis; `start` and `stop` may be values of
        shape `(1,)`."""
        start, stop = (
            one if isinstance(one, str) else np.array([one]) for one in (start, stop)
        )
        axis, step = np.array([axis]), np.array([step])
        return self.add("Slice", value, start, stop, axis, step, name=name)

    def reshape(self, value: str, *shape: int, name: str | None = None) -> str:
        """Add a change of shape: 0 keeps the size of an axis, -1 is the rest."""
        return self.add("Reshape", value, np.array(shape), name=name)

    def size(self, value: str, axis: int) -> str:
        """Add the size of an axis, int64 `(1,)`."""
        return self.add("Shape", value, start=axis, end=axis + 1)

    def graph(self):
        """The `GraphProto`."""
        return self._helper.make_graph(
            self._nodes,
            self.name,
            self._inputs,
            self._outputs,
            list(self._constants.values()),
        )

    def model(self, doc: str, metadata: dict[str, str] | None = None):
        """The checked `ModelProto`.

        Args:
            doc: What the model computes, and how it is used.
            metadata: Texts by name, for `metadata_props`.
        """
        onnx = onnx_package()
        graph = self.graph()
        graph.doc_string = doc
        model = self._helper.make_model(
            graph,
            opset_imports=[self._helper.make_opsetid("", OPSET)],
            ir_version=IR_VERSION,
            producer_name="keras_wavenet",
            doc_string=doc,
        )
        self._helper.set_model_props(model, metadata or {})
        onnx.checker.check_model(model, full_check=True)
        return model

    def _value(self, name, dtype, shape, doc):
        return self._helper.make_tensor_value_info(
            name, self._type(dtype), list(shape), doc
        )

    def _type(self, dtype):
        return self._helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
