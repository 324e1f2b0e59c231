"""How soon members are answered, and whether a long queue makes anybody slower: `python -m tests.benchmarks.chat`."""
