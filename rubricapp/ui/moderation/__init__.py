"""Moderation in the window: gaps side by side, settled together, and how far everybody is."""
