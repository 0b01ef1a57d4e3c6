"""The end of a run: done, failed, or waiting for a person."""
