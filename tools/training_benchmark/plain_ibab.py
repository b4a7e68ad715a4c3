"""A plain TensorFlow WaveNet of the defaults of ibab/tensorflow-wavenet, a baseline.

50 layers of 32 channels with separate filter and gate, one-hot codes, 512 skip
channels, biases, and dilated convolutions as ones of reshaped sequences.
"""

import tensorflow as tf

DILATIONS = [2 ** (number % 10) for number in range(50)]
LEVELS, CHANNELS, SKIP = 256, 32, 512
CONTEXT = sum(DILATIONS) + 1  # samples before the first that is scored


def make_step(codes):
    """Return a training step, a function without arguments, with Adam.

    Args:
        codes: int `(1, CONTEXT + 1 + scored samples)`.
    """
    weights = _Weights()
    optimizer = tf.keras.optimizers.Adam()
    optimizer.build(weights.trainable_variables)
    codes = tf.constant(codes, "int32")

    @tf.function
    def step():
        one_hot = tf.one_hot(codes, LEVELS)
        with tf.GradientTape() as tape:
            logits = weights(one_hot[:, :-1])
            targets = one_hot[:, CONTEXT + 1 :]
            loss = tf.reduce_mean(
                tf.nn.softmax_cross_entropy_with_logits(targets, logits)
            )
        gradients = tape.gradient(loss, weights.trainable_variables)
        pairs = zip(gradients, weights.trainable_variables, strict=True)
        optimizer.apply_gradients(pairs)
        return loss

    return lambda: float(step())


class _Weights(tf.Module):
    def __init__(self):
        super().__init__()
        self.initial = _kernel(2, LEVELS, CHANNELS)
        self.layers = [
            {
                "filter": (_kernel(2, CHANNELS, CHANNELS), _bias(CHANNELS)),
                "gate": (_kernel(2, CHANNELS, CHANNELS), _bias(CHANNELS)),
                "dense": (_kernel(1, CHANNELS, CHANNELS), _bias(CHANNELS)),
                "skip": (_kernel(1, CHANNELS, SKIP), _bias(SKIP)),
            }
            for _ in DILATIONS
        ]
        self.post = [
            (_kernel(1, SKIP, SKIP), _bias(SKIP)),
            (_kernel(1, SKIP, LEVELS), _bias(LEVELS)),
        ]

    def __call__(self, one_hot):
        """From one-hot codes `(1, T, LEVELS)` to logits of the scored samples."""
        scored = tf.shape(one_hot)[1] - CONTEXT
        x, skips = _convolve(one_hot, self.initial), []
        for dilation, layer in zip(DILATIONS, self.layers, strict=True):
            (filters, of_filters), (gates, of_gates) = layer["filter"], layer["gate"]
            z = tf.tanh(_dilated(x, filters, dilation) + of_filters) * tf.sigmoid(
                _dilated(x, gates, dilation) + of_gates
            )
            skip, of_skip = layer["skip"]
            skips.append(_convolve(z[:, -scored:], skip) + of_skip)
            dense, of_dense = layer["dense"]
            x = x[:, -tf.shape(z)[1] :] + _convolve(z, dense) + of_dense
        hidden = sum(skips)
        for kernel, bias in self.post:
            hidden = _convolve(tf.nn.relu(hidden), kernel) + bias
        return hidden


def _kernel(*shape):
    return tf.Variable(tf.keras.initializers.GlorotUniform()(shape))


def _bias(channels):
    return tf.Variable(tf.zeros(channels))


def _convolve(x, kernel):
    return tf.nn.conv1d(x, kernel, 1, "VALID")


def _dilated(x, kernel, dilation):
    """A convolution of every `dilation`-th sample, of all phases as a batch."""
    if dilation == 1:
        return _convolve(x, kernel)
    length = tf.shape(x)[1]
    padded = tf.pad(x, [[0, 0], [0, -length % dilation], [0, 0]])
    phases = tf.reshape(padded, [-1, dilation, CHANNELS])  # of a batch of one
    phases = _convolve(tf.transpose(phases, [1, 0, 2]), kernel)
    y = tf.reshape(tf.transpose(phases, [1, 0, 2]), [1, -1, CHANNELS])
    return y[:, : length - dilation]
