"""Deterministic Prefect tasks: load, charts, report, notifications. Import them from their modules."""

from pkgutil import extend_path

# Modules in a folder `tasks` of the user's own are found as well, behind ours.
__path__ = extend_path(__path__, __name__)
