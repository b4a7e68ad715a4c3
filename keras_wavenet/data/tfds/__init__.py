"""Datasets of TensorFlow Datasets: found by name, understood, and read at random."""
