"""Two people edit one thing: what each changed, and what is kept of it."""
