"""Verify a bag or a receipt offline: the facts are as they were signed, and the rules allow them.

Exit code: 0 sound, 1 something is wrong, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from adapters.verify.bag import NoBag
from adapters.verify.terminal import language, write_whatever_comes
from adapters.verify.verifier import bag_or_receipt, verify


def main(arguments: list[str] | None = None) -> int:
    """Verify, and print the report."""
    write_whatever_comes()
    parser = argparse.ArgumentParser(prog="acquis-verify", description=__doc__)
    parser.add_argument("path", type=Path, nargs="?", help="a bag (folder)")
    parser.add_argument("--receipt", type=Path, help="a person's receipt (file) instead of a bag")
    parser.add_argument("--key", help="the verifier key to trust, or a file that holds it")
    parser.add_argument("--checkpoint", type=Path, action="append", default=[], help="an older checkpoint (file)")
    parser.add_argument("--witness-key", help="the key of a witness, or a file that holds it: did it see these too?")
    parser.add_argument("--json", action="store_true", help="answer with one JSON object")
    given = parser.parse_args(arguments)
    if (given.path is None) == (given.receipt is None):
        parser.error("PATH or --receipt FILE: one of them")
    try:
        report = verify(bag_or_receipt(given.path, given.receipt), given.key, given.checkpoint, given.witness_key)
    except NoBag as error:
        parser.error(str(error))
    if given.json:
        sys.stdout.write(json.dumps(report.as_json()) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in report.lines(language()))
    return 0 if report.sound else 1


if __name__ == "__main__":
    sys.exit(main())
