"""Networks whose projections have weights rounded to bfloat16, kept in float32."""

import ml_dtypes
import numpy as np
from keras import ops


def round_projections(network):
    """Round the kernels of all projections of a network to bfloat16, in place.

    The skip projection is rounded as an engine packs it, with the scales of its inputs.
    """
    a, p = network.architecture, network.network
    convolutions = [block.filter_gate for block in p.blocks]
    residuals = [block.residual_projection for block in p.blocks[:-1]]
    for layer in (*convolutions, *residuals, p.post, p.output):
        layer.kernel.assign(_rounded(layer.kernel))
    scales = np.repeat(np.array(a.skip_scales, "float32"), a.skip_parts)[:, None]
    p.skip.kernel.assign(_rounded(p.skip.kernel, scales))


def _rounded(kernel, scales=1):
    kernel = ops.convert_to_numpy(kernel) * scales
    return kernel.astype(ml_dtypes.bfloat16).astype("float32") / scales
