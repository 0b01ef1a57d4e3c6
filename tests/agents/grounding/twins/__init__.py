"""True sentences, each with a wrong twin, and what the check says of both."""
