"""How each preset with weights is trained: its recipe, its data, its description."""
