"""``python -m mxact``: which library this is, and where its golden vectors are."""
from __future__ import annotations

import sys

from . import build, version
from ._library import golden_folder


def main() -> int:
    """Prints the version and the build; 77 where the library is missing."""
    try:
        print(f"mxact {version()}, {build()}")
    except ImportError as error:
        print(error, file=sys.stderr)
        return 77
    print(f"golden vectors: {golden_folder() or 'none'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
