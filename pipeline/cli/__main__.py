"""`python -m pipeline.cli`, the same as `ccm`."""

import sys

from pipeline.cli import main

sys.exit(main())
