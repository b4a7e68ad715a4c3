"""How many samples a window scores."""

_DEFAULT = 8000  # half a second at 16 kHz


def resolve_window_length(window_length: int | None, hop: int) -> int:
    """The length of windows that start at multiples of a hop.

    Args:
        window_length: The length asked for, at least 1; None for 8000 samples or the
            next multiple of the hop below, but one hop at least.
        hop: Samples from one place where a window may start to the next.

    Raises:
        ValueError: If the length is no multiple of the hop; names the nearest ones.
    """
    if window_length is None:
        return max(_DEFAULT // hop, 1) * hop
    if window_length % hop:
        below = window_length // hop * hop
        nearest = f"{below} or {below + hop}" if below else f"{hop}"
        raise ValueError(
            f"`window_length` must be a multiple of the model's hop, {hop} samples. "
            f"Received: window_length={window_length}. Take {nearest}."
        )
    return window_length
