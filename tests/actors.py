"""Who acts in the tests, where no account is needed: by a name alone."""

from webinars.actors import Actor

NADIA = Actor(None, "Nadia Benali")
OTTO = Actor(None, "Otto Weiss")
