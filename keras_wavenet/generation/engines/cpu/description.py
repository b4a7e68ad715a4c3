"""A described network with kernels in the order in which the loop reads them."""

from keras_wavenet.generation import description
from keras_wavenet.generation.description import Description
from keras_wavenet.generation.engines.cpu import precision as precisions
from keras_wavenet.generation.protocols import DescribedNetwork


def describes(network: DescribedNetwork) -> bool:
    """Whether this engine can run a network and draw samples of its distribution."""
    distribution = network.architecture.distribution
    return network.has_compiled_step and distribution.compiled_sampling is not None


def describe(network: DescribedNetwork, precision: str = "float32") -> Description:
    """Describe a network with its current weights, kernels packed.

    Args:
        network: The network of a WaveNet.
        precision: That of its projections, a name of `precision.get`.

    Returns:
        A `Description` whose `filter_gate`, `residual`, `skip`, `post` and `output` are
        packed.

    Raises:
        ValueError: If the precision cannot hold the network.
    """
    plain, (pack, pack_output) = (
        description.describe(network),
        precisions.get(precision),
    )
    return plain._replace(
        filter_gate=pack(plain.filter_gate),
        residual=pack(plain.residual),
        skip=pack(plain.skip[None]),
        post=pack(plain.post[None]),
        output=pack_output(plain.output[None]),
    )
