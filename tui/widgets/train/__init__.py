"""Widgets of Train."""
