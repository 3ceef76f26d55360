"""Tests of usage errors, which are in French, or in English under an English locale."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

from adapters.verify.bag import NoBag
from adapters.verify.verifier import verify
from tests.given.webapi.terminal import commands
from webapi.cli.main import program

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ENGLISH = re.compile(
    r"\b(usage: |error|try|for|help\.|missing|invalid|no such|did|you|does|not|is|one of|requires|an|got"
    r"|unexpected|extra|choose|from:|value|the|there|must)\b",
    re.IGNORECASE,
)
FRENCH = re.compile(
    r"[«éèêàç]| :|\b(erreur|usage :|il manque|n'est|n'existe|demande|valeur|en trop|un|des)\b", re.IGNORECASE
)
LOOSE = (click.types.StringParamType, click.Path)
"""Parameter types that accept any text, so a command given one may run."""


def told(language: str, *arguments: str) -> str:
    """Return the message of a usage error without the names typed."""
    spoken = {"LC_ALL": f"{language}.UTF-8", "LC_MESSAGES": "", "LANG": ""}
    result = CliRunner().invoke(program, arguments, env=spoken)
    assert result.exit_code == 2, (arguments, result.output)
    assert result.stdout == "", arguments
    return re.sub(r"acquis [^\n]*|(?<!\w)'[^']*'|--[a-z-]+|\b[0-9<=x]+\b", "X", result.stderr)


def misuses(command: click.Command) -> Iterator[tuple[str, ...]]:
    """Return argument lists that a command must refuse before it runs."""
    if isinstance(command, click.Group):
        yield ("no-such-command",)
        yield ("--no-such-option",)
        return
    yield ("--no-such-option",)
    yield ("--jsn",)
    yield ("--json=yes",) if any("--json" in each.opts for each in command.params) else ("--help=yes",)
    yield ("3f1abe9c-52c4-472a-9412-9f27d4eea3e2",) * 9
    if any(each.required for each in command.params):
        yield ()
    for each in command.params:
        if isinstance(each, click.Option) and not each.is_flag:
            yield (each.opts[0],)
        if isinstance(each.type, LOOSE) or (isinstance(each, click.Option) and each.is_flag):
            continue
        if isinstance(each, click.Option):
            yield (each.opts[0], "never of this kind")
        elif command.params.index(each) == 0:
            yield ("never of this kind",)


@pytest.mark.parametrize("top", program.list_commands(click.Context(program)))
def test_every_usage_error_is_in_one_language(top: str) -> None:
    """Every command of the application, misused in each way, in both languages."""
    for path, command in [((), program), *commands(program)]:
        if path[:1] not in ((), (top,)):
            continue
        for arguments in misuses(command):
            french, english = told("fr_FR", *path, *arguments), told("en_GB", *path, *arguments)
            assert not (found := ENGLISH.findall(french)), (path, arguments, found, french)
            assert not (found := FRENCH.findall(english)), (path, arguments, found, english)
            assert "Erreur : " in french, (path, arguments)
            assert "Error: " in english, (path, arguments)


def test_number_out_of_bounds_is_reported_in_one_language() -> None:
    assert not ENGLISH.findall(told("fr_FR", "demo", "--port", "0"))


def test_usage_errors_are_in_french_under_any_locale_but_english() -> None:
    """Without a locale, or with one that is neither French nor English, the message is in French."""
    for nobodys in ("C", "de_DE"):
        assert "n'existe pas" in told(nobodys, "no-such-command")


def test_misspelt_option_is_refused_with_a_suggestion() -> None:
    result = CliRunner().invoke(program, ("session", "list", "--jsn"), env={"LC_ALL": "fr_FR.UTF-8"})
    assert "L'option '--jsn' n'existe pas. Vouliez-vous dire '--json' ?" in result.stderr
    assert "acquis session list --help" in result.stderr


@pytest.mark.parametrize("given", ["folder", "zip", "receipt", "key", "witness", "checkpoint", "file", "nothing"])
def test_unreadable_bags_receipts_keys_and_files_are_reported_in_one_language(tmp_path: Path, given: str) -> None:
    """Errors in the named files are in the reader's language too."""
    packed, text, latin = tmp_path / "bag.zip", tmp_path / "text", tmp_path / "latin"
    packed.write_bytes(b"PK\x03\x04")
    text.write_text("no note")
    latin.write_bytes(b"code: \xe9")
    arguments = {
        "folder": ("verify", str(tmp_path / "nowhere")),
        "zip": ("verify", str(packed)),
        "receipt": ("verify", "--receipt", str(tmp_path / "nowhere")),
        "key": ("verify", str(tmp_path), "--key", "no key"),
        "witness": ("verify", str(tmp_path), "--witness-key", "no key"),
        "checkpoint": ("verify", str(tmp_path), "--checkpoint", str(text)),
        "file": ("law", "publish", str(latin)),
        "nothing": ("law", "publish", str(tmp_path)),
    }[given]
    here = str(tmp_path)
    french, english = (told(each, *arguments).replace(here, "") for each in ("fr_FR", "en_GB"))
    assert not (found := ENGLISH.findall(french)), (found, french)
    assert not (found := FRENCH.findall(english)), (found, english)


def test_standalone_verifier_reports_errors_in_english(tmp_path: Path) -> None:
    with pytest.raises(NoBag, match="there is no such folder"):
        verify(tmp_path / "nowhere")
