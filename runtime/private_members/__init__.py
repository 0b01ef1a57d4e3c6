"""Private members of dependencies that the project uses, one module for each dependency.

Each use says what it is for and which public way is missing. A test in `tests/runtime/private_members/`, named after
it, fails when an upgrade moves it.
"""
