"""Questions about words, the models they are asked of, and the indexes of what those models read."""
