"""Why a model is what it is and answers what it answers: parameters, states, what each word does, where it looks."""
