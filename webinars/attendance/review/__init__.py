"""The doubtful lines of reports, decided by people."""
