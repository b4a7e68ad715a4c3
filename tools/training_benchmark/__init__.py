"""The measurements and figures of benchmark_training.py."""
