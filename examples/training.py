"""What programs share whose training takes minutes: their options, and how to go on after a stop."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

from tt_optim import CheckpointError


def options(description: str | None, folder: str, **more: str) -> argparse.Namespace:
    """The command line of such a program; every run has a folder of its own.

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
        help="where checkpoints, a log and pictures go, each run into a folder of its own\n"
        f"(default: runs/{folder}, or runs/{folder}_quick)",
    )
    parser.add_argument("--seed", type=int, default=0, help="of all that is random (default: 0)")
    for name, purpose in more.items():
        parser.add_argument(f"--{name}", metavar="TEXT", help=purpose)
    chosen = parser.parse_args()
    if chosen.out is None:
        chosen.out = Path("runs") / (f"{folder}_quick" if chosen.quick else folder)
    chosen.out = run_folder(chosen.out, chosen.resume)
    return chosen


def run_folder(base: Path, resume: bool) -> Path:
    """A folder of its own for every training, ``run-001`` and so on; the newest to go on with."""
    numbers = [int(path.name[4:]) for path in base.glob("run-[0-9]*")]
    last = max(numbers, default=0)
    return base / f"run-{last if resume and last else last + 1:03}"


def in_plain_words(program: Callable[[], int]) -> int:
    """Run a program; if its training is stopped or cannot go on, say what to type, not a traceback.

    Returns:
        the program's exit code; 130 after Ctrl-C, 2 if the training cannot go on.
    """
    try:
        return program()
    except KeyboardInterrupt:
        words = [word for word in sys.argv if word != "--resume"]
        command = shlex.join(["python", *words, "--resume"])
        print(f"\nWith this program that is\n    {command}", file=sys.stderr)
        return 130
    except CheckpointError as error:
        print(f"\n{error}\nTo begin anew, leave out --resume", file=sys.stderr)
        return 2
