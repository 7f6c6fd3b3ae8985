"""What stands between the network and the application: bodies, threads, answers."""
