"""Windows over clips, and the two pipelines that batch them."""
