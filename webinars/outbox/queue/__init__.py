"""Which mail leaves next, when one is tried again, and what holds mail back."""
