"""Forms: the Questionnaires that are served, what makes a response complete and consistent, and extraction."""
