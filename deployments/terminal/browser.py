"""Opening of a page that a command has written."""

import os
import sys
from pathlib import Path

from deployments.terminal.messages import console, plain


def show_page(path: Path) -> None:
    """Open a page in the browser, if there is one, and print where it is."""
    import webbrowser

    screen = console()
    # Without a display, Python would start a browser of the terminal's own, if there is one.
    has_display = sys.platform in ("darwin", "win32") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    )
    if not (has_display and webbrowser.open(path.as_uri())):
        screen.print("No browser was found here. The page:")
    screen.print(plain(path), soft_wrap=True)
