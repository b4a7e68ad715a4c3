"""The layers of a public WaveNet, whatever its names, as weights of this package.

Axes as in `models/network.py`. Kernels have the axes (taps, inputs, outputs), tap 0 the
oldest; that of a filter and a gate has the half of the tanh first.
"""

from dataclasses import dataclass, field

import numpy as np

UNUSED = "left out: the residual of the last layer leads nowhere"


@dataclass
class Block:
    """One layer of the dilated stack.

    Attributes:
        kernel: `(k, R, 2 D)`.
        residual: `(D, R)`, or None in the last block, where it is not used.
        skip: `(D, S)`.
        bias: `(2 D,)`, with what conditions add as a constant, or None.
        residual_bias, skip_bias: `(R,)`, `(S,)`, or None.
        conditions: Kernels by the name of a condition, `(C, 2 D)`.
    """

    kernel: np.ndarray
    residual: np.ndarray | None
    skip: np.ndarray
    bias: np.ndarray | None = None
    residual_bias: np.ndarray | None = None
    skip_bias: np.ndarray | None = None
    conditions: dict[str, np.ndarray] = field(default_factory=dict)


@dataclass
class Layers:
    """All layers.

    Attributes:
        initial: `(k, Q or 1, R)`.
        initial_bias: `(R,)` or None.
        blocks: The dilated stack.
        post, post_bias: `(S, P)`, `(P,)` or None.
        output, output_bias: `(P, channels)`, `(channels,)` or None.
        others: Weights by their path in the model, such as an embedding of speakers.
        initial_skip: Kernel `(R, S)` and bias `(S,)` of a skip of the first layer.
    """

    initial: np.ndarray
    initial_bias: np.ndarray | None
    blocks: list[Block]
    post: np.ndarray
    post_bias: np.ndarray | None
    output: np.ndarray
    output_bias: np.ndarray | None
    others: dict[str, np.ndarray] = field(default_factory=dict)
    initial_skip: tuple[np.ndarray, np.ndarray] | None = None

    @property
    def sizes(self) -> dict[str, int]:
        """The arguments of `WaveNet` that the shapes tell."""
        first = self.blocks[0]
        return {
            "kernel_size": len(first.kernel),
            "initial_kernel_size": len(self.initial),
            "residual_channels": self.initial.shape[2],
            "dilation_channels": first.kernel.shape[2] // 2,
            "skip_channels": first.skip.shape[1],
            "post_channels": self.post.shape[1],
            "use_bias": self.use_bias,
        }

    @property
    def use_bias(self) -> bool:
        """Whether any projection has a bias; those of others are then zeros."""
        last = self.blocks[-1]
        biases = [self.post_bias, self.output_bias, last.bias, last.skip_bias]
        return any(bias is not None for bias in biases)

    def weights(self, skip_scales: list[float]) -> dict[str, np.ndarray]:
        """The weights of the model by path.

        Args:
            skip_scales: The factor of each skip, as `Architecture` has it: the biases
                of all skips become one.
        """
        weights = {**self._first_layer(), **self.others}
        for i, block in enumerate(self.blocks):
            name = f"block_{i}"
            channels = block.kernel.shape[2]
            weights[f"{name}/filter_gate/kernel"] = block.kernel
            weights[f"{name}/filter_gate/bias"] = _filled(block.bias, channels)
            for condition, kernel in block.conditions.items():
                weights[f"{name}/conditioning/{condition}_kernel"] = kernel
            if i < len(self.blocks) - 1:
                bias = _filled(block.residual_bias, block.residual.shape[1])
                weights[f"{name}/residual/kernel"] = block.residual
                weights[f"{name}/residual/bias"] = bias
        kernels, biases = zip(*self._skips(), strict=True)
        weights["skip/kernel"] = np.concatenate(kernels)
        scaled = zip(skip_scales, biases, strict=True)
        weights["skip/bias"] = sum(
            scale * _filled(bias, kernels[0].shape[1]).astype("float64")
            for scale, bias in scaled
        )
        for name in ("post", "output"):
            kernel = getattr(self, name)
            bias = _filled(getattr(self, f"{name}_bias"), kernel.shape[1])
            weights[f"{name}/kernel"], weights[f"{name}/bias"] = kernel, bias
        if not self.use_bias:
            return {n: w for n, w in weights.items() if not n.endswith("/bias")}
        return weights

    def _skips(self):
        """The kernels and biases of all skips."""
        skips = [(block.skip, block.skip_bias) for block in self.blocks]
        return skips if self.initial_skip is None else [self.initial_skip, *skips]

    def _first_layer(self):
        """With codes as inputs, the bias is part of the newest tap's rows."""
        kernel, channels = self.initial, self.initial.shape[2]
        bias = _filled(self.initial_bias, channels)
        if kernel.shape[1] == 1:
            return {"initial/kernel": kernel, "initial/bias": bias}
        kernel = np.concatenate([kernel[:-1], kernel[-1:] + bias])
        return {"initial/kernel": kernel}


def side_by_side(
    filter_bias: np.ndarray | None, gate_bias: np.ndarray | None
) -> np.ndarray | None:
    """The bias `(2 D,)` of a filter and a gate; None where neither has one."""
    if filter_bias is None and gate_bias is None:
        return None
    if filter_bias is None or gate_bias is None:
        raise ValueError(
            "A filter and its gate must both have a bias, or neither. Received: the "
            f"bias of the {'gate' if filter_bias is None else 'filter'} alone"
        )
    return np.concatenate([filter_bias, gate_bias])


def _filled(bias, channels):
    return np.zeros(channels, "float32") if bias is None else bias
