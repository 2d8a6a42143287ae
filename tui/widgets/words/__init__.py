"""Widgets of Words."""
