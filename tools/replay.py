"""Send what waits in the failure queue back: `python -m tools.replay`, settings in the environment."""

import sys

from chalicelib.bootstrap import from_environment


def main() -> int:
    """Replay, say how many went, and how many are left."""
    done = from_environment().failures.replay()
    print(f"sent back {done.sent}, dropped {done.dropped}, left {done.left}")
    return 0 if done.left == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
