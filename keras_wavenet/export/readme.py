"""The chapters of an export's README that are the same for all formats."""

import textwrap
from typing import Any

from keras_wavenet.utils.text import NAMES, shown, without_tags

_WIDTH = 88  # letters of a line
NOISE = """\
## Noise

The noise of a sample depends on the seed, the number of the stream and the number of
the sample alone, so that every program draws the same one. The generator is
Philox4x64-10 with the key `(seed, stream)`, two unsigned 64-bit integers; the first
stream is 0. Word j of a stream is output `j % 4` for the counter
`c = (j // 4 + 1, 0, 0, 0)`:

    repeat 10 times:
        (high0, low0) = 0xD2E7470EE14C6C93 * c[0]        # products of 128 bits
        (high1, low1) = 0xCA5A826395121157 * c[2]
        c = (high1 ^ c[1] ^ k[0], low1, high0 ^ c[3] ^ k[1], low0)
        k = (k[0] + 0x9E3779B97F4A7C15, k[1] + 0xBB67AE8584CAA73B)   # modulo 2**64
    the four outputs are c

In NumPy these are the words of
`numpy.random.Philox(key=[seed, stream]).random_raw(count)`, the key as `uint64`. The
uniform number of a word is `((word >> 41) + 0.5) * 2**-23`, exact in float32, above 0
and below 1. Sample t, from 0 on, takes {uniforms}.
"""

CATEGORICAL = """\
## Drawing a sample

The parameters are the logits of {channels} codes. With one uniform number `u`:

    weights = exp((logits - max(logits)) / temperature)
    total = sum(weights), added from code 0 on in float32
    code = the first k with weights[0] + ... + weights[k] > u * total
    sample = samples[code]

Temperature 0 takes the code of the largest logit. `samples` is in `metadata.json` at
`distribution.samples`.
"""

MIXTURE = """\
## Drawing a sample

The parameters are {parts}. With {uniforms}:

{choice}    m = clip(mean, -1000, 1000)
    s = clip(log scale, {min_log_scale}, 30)
    sample = clip(m + exp(s) * temperature * quantile, -1, 1)
{expanded}
where `{quantile}`. Temperature 0 takes {mode}.
"""


def compose(metadata: dict[str, Any], format: Any, chapters: str) -> str:
    """The whole README.

    Args:
        metadata: Content of `metadata.json`.
        format: A `Format`.
        chapters: What `Format.write` returned.
    """
    rows = {
        "format": f"{format.name}: {format.summary}",
        "sample rate": f"{metadata['sample_rate']:,} Hz",
        "receptive field": f"{metadata['receptive_field']:,} samples",
        "weights": f"{metadata['parameters']:,}",
        "conditions": ", ".join(metadata["conditions"]) or "none",
        **_names(metadata["conditions"]),
        "license of the weights": metadata["license"] or "not given",
    }
    table = "\n".join(f"| {name} | {_cell(value)} |" for name, value in rows.items())
    parts = [f"# {without_tags(shown(metadata['name'], _WIDTH))}"]
    if metadata["description"]:
        parts.append(textwrap.fill(without_tags(metadata["description"]), _WIDTH))
    chapters = "\n\n".join(map(_wrapped, chapters.strip().split("\n\n")))
    parts += [f"| | |\n| --- | --- |\n{table}", chapters]
    return "\n\n".join(parts) + "\n"


def chapters_of_all(metadata: dict[str, Any]) -> str:
    """Drawing, noise, and what becomes of the samples: for the end of a README.

    Args:
        metadata: From `describe_model`.
    """
    parts = [drawing(metadata), noise(metadata), output(metadata)]
    return "\n\n".join(part.strip() for part in parts)


def noise(metadata: dict[str, Any]) -> str:
    """How the uniform numbers are made."""
    if metadata["distribution"]["uniforms_per_sample"] == 1:
        return NOISE.format(uniforms="word t")
    return NOISE.format(uniforms="the words 2 t and 2 t + 1, u[0] and u[1]")


def drawing(metadata: dict[str, Any]) -> str:
    """How a sample is drawn from the parameters of its distribution."""
    distribution = metadata["distribution"]
    if "samples" in distribution:
        return CATEGORICAL.format(**distribution)
    count = distribution["components"]
    logits, mu = distribution["channels"] // count == 3, distribution.get("mu")
    two = distribution["uniforms_per_sample"] == 2
    parts = ["mean", "logarithm of its scale"]
    if count > 1:
        parts = [f"{count} means", f"{count} logarithms of scales"]
    if logits:
        parts.insert(0, f"{count} logits of components" if count > 1 else "a logit")
    last = "u[1]" if two else "u"
    quantiles = {
        "logistic_mixture": f"quantile = log({last}) - log(1 - {last})",
        "gaussian": f"quantile = sqrt(2) * erfinv(2 * {last} - 1)",
    }
    return MIXTURE.format(
        parts=", ".join(parts) + ", in this order",
        uniforms="two uniform numbers" if two else "one uniform number `u`",
        choice=_CHOICE if count > 1 else "",
        min_log_scale=distribution["min_log_scale"],
        expanded=_EXPANDED.format(mu=mu) if mu else "",
        quantile=quantiles.get(distribution["name"], "quantile is the distribution's"),
        mode=(
            "the clipped mean at which the mixture is most probable"
            if count > 1
            else "the clipped mean"
        ),
    )


_CHOICE = """\
    weights = exp((logits - max(logits)) / temperature)
    total = sum(weights), added from component 0 on in float32
    component = the first k with weights[0] + ... + weights[k] > u[0] * total
"""


_EXPANDED = """\
    sample = sign(sample) * min((exp(|sample| * log(1 + {mu})) - 1) / {mu}, 1)
"""


def frames(metadata: dict[str, Any]) -> str:
    """What the local frames are; empty without any."""
    local = metadata["conditions"].get("local")
    if local is None:
        return ""
    what = "any features of the model's own"
    if metadata["features"] is not None:
        names = " and ".join(one["name"] for one in metadata["features"]["parts"])
        what = f"{names}, whose settings are in `metadata.json` at `features`"
    return (
        f"`local` are frames of {local['channels']} channels: {what}. Frame f covers "
        f"samples {local['hop']} f to {local['hop']} f + {local['hop'] - 1}. "
        "`keras-wavenet features` computes them of recordings."
    )


def output(metadata: dict[str, Any]) -> str:
    """What becomes of the samples."""
    own = metadata["waveform_filter"]
    if own is None:
        return (
            "## Audio\n\nThe samples are the audio, in [-1, 1]; as 16-bit integers, "
            "`round(32768 * sample)`, at most 32767."
        )
    return (
        "## Audio\n\nThe samples are those of a filtered waveform, and go back into "
        "the network as they are. The audio x of samples y is\n\n"
        "    x[t] = y[t] / gain - a[1] x[t - 1] - ... - a[p] x[t - p]\n\n"
        "in float64, with zeros before the start, the `gain` and the p `coefficients` "
        "of `waveform_filter` in `metadata.json`; it is clipped to [-1, 1] at the end."
    )


def _wrapped(paragraph):
    """Lines of text, filled if one is long; tables, lists and formulas remain."""
    lines = paragraph.splitlines()
    is_text = not any(line.startswith(("|", "#", " ", "1. ")) for line in lines)
    if not is_text or max(map(len, lines), default=0) <= _WIDTH:
        return paragraph
    text = " ".join(lines)
    return textwrap.fill(text, _WIDTH, break_long_words=False, break_on_hyphens=False)


def _names(conditions):
    """Rows with the numbers and the names of speakers and tags that have names."""
    rows = {}
    for condition, row in {"speaker": "speakers", "tags": "tags"}.items():
        names = conditions.get(condition, {}).get("names") or ()
        known = [f"{n}: {shown(name)}" for n, name in enumerate(names[:NAMES])]
        if len(names) > NAMES:
            known.append(f"and {len(names) - NAMES} more in `metadata.json`")
        if known:
            rows[row] = ", ".join(known)
    return rows


def _cell(text):
    return without_tags(str(text)).replace("|", "\\|").replace("\n", " ")
