"""The lecture's picture of a model, as lines of cells: the same for a screen, a pipe and a file. Nothing heavy."""
