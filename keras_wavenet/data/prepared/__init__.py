"""Prepared datasets: audio that was resampled once, as a tfds dataset in a folder.

The folder holds what tfds writes and reads (`dataset_info.json`, `features.json`,
shards of ArrayRecord), and three kinds of files that tfds does not have:
`prepared.json`, the plan with a checksum of each shard, by which damage is found and a
stopped preparation continues; `clips-<split>.jsonl`, a line about each clip, by which a
dataset is opened without reading audio; and `report.txt`.
"""
