"""`python -m chronology` is the command `chronology`; so is the program that is installed."""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line of this process, and end it; also where it is interrupted while it is still being loaded."""
    try:
        from chronology.cli import main as run_and_end  # noqa: PLC0415  it takes a while to load
    except KeyboardInterrupt:
        sys.stderr.write("chronology: interrupted; nothing was done\n")
        sys.exit(130)
    run_and_end()


if __name__ == "__main__":
    main()
