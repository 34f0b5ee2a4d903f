"""`python -m app` is `commoncast`."""

from app.cli import main

if __name__ == "__main__":
    main()
