"""Files of rows as people have them: which bytes, which encoding, which dialect, and the rows that come of it."""
