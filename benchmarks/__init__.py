"""Benchmarks: run ``python -m benchmarks`` from the project's root."""
