"""`python -m chronology` is the command `chronology`."""

from chronology.cli import main

if __name__ == "__main__":
    main()
