"""The portfolio file in the window: what its owner sees on any computer, and how a lead makes one."""
