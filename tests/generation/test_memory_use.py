"""Memory of a long generation: what a second takes, a minute takes."""

import json

import pytest

pytestmark = pytest.mark.neutral

# The most memory that the process ever held, in bytes, after each number of seconds.
STREAM = """
import json, resource
import keras_wavenet

model = keras_wavenet.WaveNet(
    dilations=[1, 2], residual_channels=4, dilation_channels=4, skip_channels=4
)
seconds = {seconds}
samples, peaks = 0, []
for chunk in model.stream(seconds[-1] * model.sample_rate, engine="cpu", seed=0):
    samples += chunk.shape[1]
    if samples >= seconds[len(peaks)] * model.sample_rate:
        peaks.append(1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
print(json.dumps([samples, *peaks]))
"""


def test_a_minute_takes_no_more_memory_than_a_second(run_program):
    ended = run_program("-c", STREAM.format(seconds=[1, 60]), backend="jax")
    assert ended.returncode == 0, ended.stderr
    samples, short, long = json.loads(ended.stdout)
    assert samples == 60 * 16000
    # Were a part of each sample kept, 3.8 MB for the samples alone; the allocators of
    # Python and of the backend were seen to grow by 0.6 to 1.8 MB.
    assert long - short < 59 * 16000 * 4
    assert long / short < 1.01
