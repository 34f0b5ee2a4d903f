"""The web, the database, and the jobs of Commoncast."""
