"""The era table: what each era is made of, in whose footsteps, and with which settings. Imports nothing heavy."""
