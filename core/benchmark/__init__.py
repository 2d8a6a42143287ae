"""The ladder: every era and control at every label budget with several seeds, measured once and compared in pairs."""
