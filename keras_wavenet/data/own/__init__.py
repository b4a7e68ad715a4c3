"""Datasets of one's own: arrays, tf.data, grain, PyTorch, Hugging Face, tfds."""
