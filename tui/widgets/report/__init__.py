"""Widgets of the screen that shows a report on one's own data."""
