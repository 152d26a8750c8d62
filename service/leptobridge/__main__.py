"""``python -m leptobridge``: the same as the command ``leptobridge``."""

from leptobridge.cli.main import app

if __name__ == "__main__":
    app(prog_name="leptobridge")
