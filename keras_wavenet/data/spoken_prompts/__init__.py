"""`spoken_prompts`: three speakers, three languages, shipped with the package.

Licences and attribution are in `ATTRIBUTION.md` beside this file.
"""
