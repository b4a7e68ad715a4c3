"""The measurements and figures of benchmark_generation.py."""
