"""Files that are complete or not there: paths, atomic writes, artifacts by what they are made from, weights."""
