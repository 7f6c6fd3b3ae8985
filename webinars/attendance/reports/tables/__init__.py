"""From the bytes of a report to its tables: text, rows, columns, cells."""
