"""Who came: reading the reports of video tools, matching them, concluding."""
