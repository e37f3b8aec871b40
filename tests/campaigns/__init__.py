"""Campaigns that anyone can run for longer: hostile files, power cuts, kills, and what holds for
histories nobody thought of.

    python -m tests.campaigns.fuzz package --runs 100000 --seed 7
    python -m tests.campaigns.power all --cuts 2200 --seed 7
    python -m tests.campaigns.kills --kills 10000 --seed 7

Each has a short form in the normal run of tests: the modules `test_…` beside it; of kills, in `tests/stories`. Which
promise each of them holds: `tests/PROMISES.md`.
"""
