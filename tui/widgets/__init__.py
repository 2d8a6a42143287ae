"""One widget a file, named for what the person sees."""
