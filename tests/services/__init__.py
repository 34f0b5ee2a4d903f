"""Real services for tests, on loopback: PostgreSQL, and S3 by Ceph.

They stay up between runs: `python -m tests.services start`, `... stop`. Everything
they write lies in `.services/`, and dies with it.
"""
