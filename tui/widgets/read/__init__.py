"""Widgets of Read."""
