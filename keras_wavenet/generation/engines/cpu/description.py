"""A described network with kernels in the order in which the loop reads them."""

from keras_wavenet.generation import description
from keras_wavenet.generation.description import Description
from keras_wavenet.generation.engines.cpu.projections import pack
from keras_wavenet.generation.protocols import DescribedNetwork


def describes(network: DescribedNetwork) -> bool:
    """Whether this engine can run a network and draw samples of its distribution."""
    distribution = network.architecture.distribution
    return network.has_compiled_step and distribution.compiled_sampling is not None


def describe(network: DescribedNetwork, half: bool = False) -> Description:
    """Describe a network with its current weights, kernels packed.

    Args:
        network: The network of a WaveNet.
        half: Whether kernels are rounded to bfloat16.

    Returns:
        A `Description` whose `filter_gate`, `residual`, `skip`, `post` and `output` are
        as `projections.pack` makes them.
    """
    plain = description.describe(network)
    return plain._replace(
        filter_gate=pack(plain.filter_gate, half),
        residual=pack(plain.residual, half),
        skip=pack(plain.skip[None], half),
        post=pack(plain.post[None], half),
        output=pack(plain.output[None], half),
    )
