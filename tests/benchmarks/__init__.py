"""How fast the app is, as ratios to a floor that is measured in the same run. Never asserted; printed with the goal.

`python3 packaging/dev.py bench` runs all; a name runs one: startup, rating, merging, cohort (with the heat map), pdf,
workbook, drawing.
"""
