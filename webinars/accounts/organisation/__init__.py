"""An organisation: its page and its members."""
