"""Matrix products of PyTorch on processors where its BLAS library is slow.

PyTorch multiplies float32 matrices by MKL, which has no AVX-512 code for processors of
AMD; its convolutions there are those of oneDNN, which has. docs/speed.md has figures.
"""

import contextlib
import functools
from collections.abc import Callable
from typing import Any

import keras

from keras_wavenet import backend_defaults


def fast_products() -> contextlib.AbstractContextManager:
    """A context in which layers multiply by the fastest library of the backend.

    Gradients of what was computed in it are computed likewise.
    """
    mode = _onednn_mode() if keras.backend.backend() == "torch" else None
    return contextlib.nullcontext() if mode is None else mode()


@functools.cache
def _onednn_mode() -> Any:
    """A class of contexts, or None where PyTorch's own products are fast."""
    import torch
    from torch.overrides import TorchFunctionMode

    if not _is_mkl_slow():
        return None
    product = onednn_product()

    class OneDNNProducts(TorchFunctionMode):
        """`torch.matmul` of a sequence and a kernel is computed by oneDNN."""

        def __torch_function__(self, function, types, args=(), kwargs=None):
            if function is torch.matmul and not kwargs and _is_product(*args):
                return product(*args)
            return function(*args, **(kwargs or {}))

    return OneDNNProducts


def _is_mkl_slow():
    import torch

    return (
        torch.backends.mkl.is_available()
        and torch.backends.mkldnn.is_available()
        and torch.backends.cpu.get_cpu_capability() == "AVX512"
        and "AMD" in backend_defaults.processor()
        and hasattr(torch.ops.mkldnn, "_linear_pointwise")
    )


def _is_product(x, kernel):
    """Whether these are a sequence `(B, T, C)` and a kernel, float32 on a CPU."""
    import torch

    return (
        (x.ndim, kernel.ndim) == (3, 2)
        and x.dtype == kernel.dtype == torch.float32
        and x.device.type == kernel.device.type == "cpu"
    )


@functools.cache
def onednn_product() -> Callable:
    """The product `(B, T, C), (C, F) -> (B, T, F)` of PyTorch tensors, by oneDNN.

    It has a gradient, and `torch.compile` takes it as it is.
    """
    import torch

    @torch.library.custom_op("keras_wavenet::product", mutates_args=())
    def product(x: torch.Tensor, kernel: torch.Tensor) -> torch.Tensor:
        return _linear(x, kernel.t())

    @torch.library.custom_op("keras_wavenet::kernel_gradient", mutates_args=())
    def kernel_gradient(x: torch.Tensor, outer: torch.Tensor) -> torch.Tensor:
        x, outer = x.flatten(0, 1), outer.flatten(0, 1)  # (B T, C) and (B T, F)
        # oneDNN copies its first argument: the narrower one.
        if x.shape[1] <= outer.shape[1]:
            return _linear(x.t(), outer.t())
        return _linear(outer.t(), x.t()).t().contiguous()

    @product.register_fake
    def _(x, kernel):
        return x.new_empty((*x.shape[:-1], kernel.shape[1]))

    @kernel_gradient.register_fake
    def _(x, outer):
        return x.new_empty((x.shape[-1], outer.shape[-1]))

    def keep(ctx, inputs, output):
        ctx.save_for_backward(*inputs)

    def gradients(ctx, outer):
        x, kernel = ctx.saved_tensors
        of_x, of_kernel = ctx.needs_input_grad
        return (
            product(outer, kernel.t()) if of_x else None,
            kernel_gradient(x, outer) if of_kernel else None,
        )

    product.register_autograd(gradients, setup_context=keep)
    return product


def _linear(x, weights):
    """`x @ weights.T` by oneDNN."""
    import torch

    return torch.ops.mkldnn._linear_pointwise(x, weights, None, "none", [], None)
