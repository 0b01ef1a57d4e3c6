"""Figures over many runs: throughput, failures, cost, latency, recoveries, and what replays saved."""
