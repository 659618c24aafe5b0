"""Lets the collector rest while a process starts.

Imports make objects that stay, and looking them over again and again takes a tenth of a cold start. Imported before
all else; knows nothing of what is started.
"""

import gc

gc.disable()


def started() -> None:
    """Let the collector work again, on what comes from now on."""
    gc.freeze()
    gc.enable()
