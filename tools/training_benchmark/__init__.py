"""What benchmark_training.py measures, in processes of their own, and how it tells."""
