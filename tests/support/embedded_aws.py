"""The embedded AWS as tests start it: S3 tells of an object before it answers the one who put it.

By itself it tells in a thread of its own, some time later, and a test that lets all events come would miss some.
"""

import threading
from types import SimpleNamespace

from ministack.app import main
from ministack.services import s3


class AtOnce(threading.Thread):
    """Is over when it was started."""

    def start(self) -> None:
        self.run()


if __name__ == "__main__":
    s3.threading = SimpleNamespace(**{**vars(threading), "Thread": AtOnce})
    main()
