"""The parts of `soak.py`: what is damaged, and how the package takes it.

A part is a module with `open_cases(folder)`, where the folder is empty and its own. It
returns a function from a seed to a `cases.Case`, a pure function of the seed.
"""

# By the name of `--part`: the module, and how many cases are run by default.
PARTS = {
    "recordings": ("soak_parts.recordings", 3000),
    "presets": ("soak_parts.presets", 1000),
    "commands": ("soak_parts.commands", 300),
}
