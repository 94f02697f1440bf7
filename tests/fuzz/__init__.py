"""Fuzzers: generators of hostile input with an oracle each, run by `python -m tests.fuzz TARGET`.

A target is a function of a `random.Random` that makes one input, gives it to the product and raises `Finding` where
what comes of it is wrong. object other exception that leaves a target is a finding too.
"""
