"""`python -m adapters.verify PATH`: is this bag sound? Exit code 0 sound, 1 found wrong, 2 misuse."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from adapters.verify.bag import NoBag
from adapters.verify.report import language
from adapters.verify.verifier import verify


def main(arguments: list[str] | None = None) -> int:
    """Verify, and say what was found."""
    parser = argparse.ArgumentParser(prog="acquis-verify", description=__doc__)
    parser.add_argument("path", type=Path, help="a bag (folder) or a receipt (file)")
    parser.add_argument("--key", help="the verifier key to trust, or a file that holds it")
    parser.add_argument("--checkpoint", type=Path, action="append", default=[], help="an older checkpoint (file)")
    parser.add_argument("--json", action="store_true", help="answer with one JSON object")
    given = parser.parse_args(arguments)
    try:
        report = verify(given.path, given.key, given.checkpoint)
    except NoBag as error:
        parser.error(str(error))
    if given.json:
        sys.stdout.write(json.dumps(report.as_json()) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in report.lines(language()))
    return 0 if report.sound else 1


if __name__ == "__main__":
    sys.exit(main())
