"""Why a model is what it is and answers what it answers: its parameters, its states, what they still hold."""
