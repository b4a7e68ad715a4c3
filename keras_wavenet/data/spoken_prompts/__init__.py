"""`spoken_prompts`: three speakers, three languages, shipped with the package.

Licenses and attribution are in `ATTRIBUTION.md` in this folder.
"""
