"""The parts of benchmark_generation.py; they run in processes of their own."""
