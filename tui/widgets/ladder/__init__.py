"""Widgets of Ladder."""
