"""Commands about runs that there are."""
