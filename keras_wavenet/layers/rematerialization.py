"""Whether blocks keep inner activations for the gradient, or compute them again."""

import contextlib
import contextvars
from collections.abc import Iterator

_rematerializes = contextvars.ContextVar("rematerializes", default=False)


@contextlib.contextmanager
def rematerialization(active: bool) -> Iterator[None]:
    """Blocks that are called in this context rematerialize, or do not."""
    token = _rematerializes.set(active)
    try:
        yield
    finally:
        _rematerializes.reset(token)


def is_active() -> bool:
    """Whether a block that is called now rematerializes."""
    return _rematerializes.get()
