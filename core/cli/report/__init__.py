"""The verb `report`: all eras on a person's own texts, in one file."""
