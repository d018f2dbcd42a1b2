"""What programs share whose training takes minutes: their options, and how to go on after a stop."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

from tt_optim import CheckpointError


def options(description: str | None, folder: str, **more: str) -> argparse.Namespace:
    """The command line of such a program; a quick run has a folder of its own.

    Args:
        description: what the program does.
        folder: below ``runs``, where its files go if nothing else is said.
        more: further options: a name, and what it is for.
    """
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a small run, for a first look")
    parser.add_argument("--resume", action="store_true", help="go on where the last run stopped")
    parser.add_argument(
        "--out",
        type=Path,
        help=f"the folder for checkpoints, a log and pictures (default: runs/{folder},\n"
        f"or runs/{folder}_quick)",
    )
    parser.add_argument("--seed", type=int, default=0, help="of all that is random (default: 0)")
    for name, purpose in more.items():
        parser.add_argument(f"--{name}", metavar="TEXT", help=purpose)
    chosen = parser.parse_args()
    if chosen.out is None:
        chosen.out = Path("runs") / (f"{folder}_quick" if chosen.quick else folder)
    return chosen


def in_plain_words(program: Callable[[], int]) -> int:
    """Run a program; if its training stops or cannot begin, say what to type, without a traceback.

    Returns:
        the program's exit code; 130 after Ctrl-C, 2 if the training could not begin.
    """
    again = shlex.join(["python", *(word for word in sys.argv if word != "--resume"), "--resume"])
    try:
        return program()
    except KeyboardInterrupt:
        print(f"\nWith this program that is\n    {again}", file=sys.stderr)
        return 130
    except FileExistsError as error:
        print(f"\n{error}\nTo go on with it:\n    {again}", file=sys.stderr)
        print("To begin anew, choose another folder: --out FOLDER", file=sys.stderr)
    except CheckpointError as error:
        print(f"\n{error}\nTo begin anew, choose another folder: --out FOLDER", file=sys.stderr)
    return 2
