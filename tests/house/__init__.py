"""Rules of the house: imports, rooms, types, the lock, the image."""
