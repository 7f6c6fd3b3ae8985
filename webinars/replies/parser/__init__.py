"""Any bytes in, plain values out, in a child process."""
