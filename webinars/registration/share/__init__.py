"""The picture a page is shared with."""
