"""What ties everything together: addresses, letters, commands, chores, processes, health."""
