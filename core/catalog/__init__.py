"""What there is to ask: models, language models, the measured ladder. Reads JSON only."""
