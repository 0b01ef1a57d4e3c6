"""Approvals by a link: the notices that carry it, and the page behind it."""
