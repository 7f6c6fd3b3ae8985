"""What the product costs beside a bare Flask form, measured in one run."""
