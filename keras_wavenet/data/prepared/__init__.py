"""Prepared datasets: audio that was resampled once, as a tfds dataset in a folder.

The folder holds what tfds and grain read (`dataset_info.json`, `features.json`, shards
of ArrayRecord), and beside it what makes opening it quick: `prepared.json`, the plan
with a checksum of each shard, and `clips-<split>.jsonl`, a line about each clip.
"""
