"""An instance to look at: one organisation, its past cycles with their figures, and one to sign up for."""
