"""The widgets of the tour."""
