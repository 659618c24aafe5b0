"""`python -m infra.simulators …`."""

import sys

from infra.simulators.cli import main

sys.exit(main(sys.argv[1:]))
