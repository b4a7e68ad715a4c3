"""Layers that stand in the place of those of a network, to see and to change them.

A network runs them as its own: see `with_layers`.
"""

import copy
from typing import Any

from keras import ops

from keras_wavenet.layers.gated_residual_block import GatedResidualBlock
from keras_wavenet.utils.tensor import Tensor


def with_layers(network: Any, **layers: Any) -> Any:
    """A network of the same weights that runs other layers in place of some.

    Args:
        network: A `keras_wavenet.models.network.Network`.
        **layers: By the name of its attribute, such as `initial` or `blocks`.
    """
    changed = copy.copy(network)
    vars(changed).update(layers)
    return changed


class ObservedBlock:
    """A block that keeps the newest of what it computes.

    Args:
        block: A `GatedResidualBlock`.
        length: Positions that are kept.

    Attributes:
        seen: Dict of float32 tensors of the last call, `(B, length, channels)`:
            `"filter"`, `"gate"`, `"z"` and `"residual"`.
    """

    def __init__(self, block: GatedResidualBlock, length: int) -> None:
        self._block, self._length, self.history = block, length, block.history
        self.seen: dict[str, Tensor] = {}

    def __call__(self, x: Tensor, conditions: Any = None) -> tuple[Tensor, Tensor]:
        x, z, filters, gates = self._block(x, conditions=conditions, activations=True)
        seen = {"filter": filters, "gate": gates, "z": z, "residual": x}
        # Copies: on PyTorch a slice keeps the memory of the whole.
        self.seen = {
            name: ops.cast(ops.copy(y[:, -self._length :]), "float32")
            for name, y in seen.items()
        }
        return x, z


class ShiftedLayer:
    """A first layer whose outputs are shifted: where a gradient begins.

    Codes are integers, through which no gradient passes.

    Args:
        layer: `Network.initial`.
        shift: Float tensor of the shape of its outputs.
    """

    def __init__(self, layer: Any, shift: Tensor) -> None:
        self._layer, self._shift, self.history = layer, shift, layer.history

    def __call__(self, inputs: Tensor, **options: Any) -> Tensor:
        outputs = self._layer(inputs, **options)
        return outputs + ops.cast(self._shift, outputs.dtype)
