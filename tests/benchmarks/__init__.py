"""How fast it feels, measured from outside: on a pseudo-terminal, in fresh processes. `make bench` prints the table."""
