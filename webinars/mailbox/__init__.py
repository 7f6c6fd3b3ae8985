"""The mails of an instance without a mail server, to be read in the browser."""
