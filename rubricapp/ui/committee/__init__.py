"""Committees in the window: the last plan first, votes alone, then the talk and the decision."""
