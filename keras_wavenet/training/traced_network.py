"""A network compiled for training on PyTorch, from a trace of its tensor operations."""

import warnings

import keras

MOST_SHAPES = 4  # compiling one takes half a minute


class TracedNetwork:
    """Compiles what `network(inputs)` computes, once for each set of input shapes.

    `torch.compile` of Keras' training step meets Python in every layer, which it
    compiles piece by piece, in many minutes. Here the layers run once, recorded as one
    list of tensor operations, without Python, that `torch.compile` makes one function
    of. Gradients pass through it to the weights and the inputs.

    A network that draws random numbers or changes a variable is not recorded: it runs
    as it is. So does one whose inputs have more than four different sets of shapes.

    Args:
        network: Function of a dict of tensors, that returns a tensor.
        variables: List of the `keras.Variable` that it reads.
    """

    def __init__(self, network, variables):
        self._network, self._variables = network, variables
        # PyTorch writes in place: a variable has one tensor for life. Within `call` it
        # would be read as a copy in half precision, under a mixed policy.
        self._values = [variable.value for variable in variables]
        self._compiled = {}

    def __call__(self, inputs):
        values = self._values
        inputs = {name: keras.ops.convert_to_tensor(x) for name, x in inputs.items()}
        signature = tuple((n, x.shape, x.dtype) for n, x in sorted(inputs.items()))
        if signature not in self._compiled:
            self._compiled[signature] = self._compile(values, inputs)
        function = self._compiled[signature]
        return self._network(inputs) if function is None else function(values, inputs)

    def _compile(self, values, inputs):
        """The compiled function of values and inputs, or None to run uncompiled."""
        import torch
        from torch.fx.experimental.proxy_tensor import make_fx

        if len(self._compiled) == MOST_SHAPES:
            warnings.warn(
                f"The network has been compiled for {MOST_SHAPES} sets of input "
                "shapes; it runs uncompiled with all others. Train on windows of one "
                "length.",
                stacklevel=2,
            )
        if len(self._compiled) >= MOST_SHAPES:
            return None
        if self._is_stateful(values, inputs):
            warnings.warn(
                "A network with dropout, or with variables that change in `call`, is "
                "not compiled on PyTorch: `jit_compile=True` has no effect.",
                stacklevel=2,
            )
            return None
        with torch.no_grad():
            values = [value.detach() for value in values]
            try:
                graph = make_fx(lambda *both: self._run(*both))(values, inputs)
            except RuntimeError as error:  # something reads the values of a tensor
                warnings.warn(
                    f"The network is not compiled, as PyTorch cannot trace it: {error}",
                    stacklevel=2,
                )
                return None
        return torch.compile(graph, dynamic=False)

    def _run(self, values, inputs):
        with keras.StatelessScope(zip(self._variables, values, strict=True)):
            return self._network(inputs)

    def _is_stateful(self, values, inputs):
        """Whether it changes a variable, such as the seed of a random generator."""
        import torch

        mapping = zip(self._variables, values, strict=True)
        with torch.no_grad(), keras.StatelessScope(mapping) as scope:
            before = dict(scope.state_mapping)
            self._network(inputs)
            after = scope.state_mapping
        return after.keys() != before.keys() or any(
            after[key] is not before[key] for key in before
        )
