"""Why a model answers as it does: what each word does to an answer, and where a transformer looks."""
