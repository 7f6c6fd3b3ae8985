"""A report is dropped, previewed, applied, undone."""
