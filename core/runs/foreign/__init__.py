"""Runs of other people's programs, read from what those write: rows of numbers, made into the view of a run.

`finding` says what there is under a path, a reader a format makes `Row`s of it, `names` knows what a number is called
elsewhere, and `watched` puts the rows into a `RunView`, so that what shows our runs shows these.
"""
