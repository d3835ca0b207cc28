"""`python -m chronology` is the command `chronology`; and where a process begins that is one.

An interrupt while modules are loaded, which nobody could catch and tell on one line, ends the process at once.
"""

import gc
import os

# Most of a command is loading what it needs, which makes no garbage: look for it seldom.
gc.set_threshold(50_000, 20, 20)


def _end(*_: object) -> None:
    os.write(2, b"chronology: interrupted; nothing was done\n")
    os._exit(130)


try:
    import signal

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end)
except KeyboardInterrupt:
    _end()


def main() -> None:
    """Run the command line of this process, and end it."""
    try:
        from chronology.cli import main as run  # noqa: PLC0415  it takes a while to load
    except KeyboardInterrupt:
        _end()
    else:
        run()


if __name__ == "__main__":
    main()
