"""Campaigns that anyone can run for longer: hostile files, and what holds for histories nobody thought of.

    python -m tests.campaigns.fuzz package --runs 100000 --seed 7

Each has a short form in the normal run of tests, in `test_fuzz.py` and the like beside it. Which promise each of them
holds: `tests/PROMISES.md`.
"""
