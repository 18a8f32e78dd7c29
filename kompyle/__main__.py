"""``python -m kompyle``."""

from kompyle.cli import main

if __name__ == "__main__":
    main()
