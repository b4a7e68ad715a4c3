"""The one thing that setup.cfg can't say: found packages and a mapped one, together."""

from setuptools import find_packages, setup

setup(
    packages=[
        *find_packages(include=["keras_wavenet", "keras_wavenet.*"]),
        "keras_wavenet.presets",
    ]
)
