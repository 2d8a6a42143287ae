"""The session that answers questions, and the process that serves it to the app."""
