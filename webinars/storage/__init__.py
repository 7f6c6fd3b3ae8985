"""The database and the folders of the instance."""
