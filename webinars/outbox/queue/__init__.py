"""Which mail leaves next, what became of it, and what holds mail back."""
