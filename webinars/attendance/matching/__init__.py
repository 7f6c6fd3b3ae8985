"""Who a line of a report is about."""
