"""Tests of the commands' help, which is in French, or in English under an English locale."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import click
from click.testing import CliRunner

from tests.given.naming import naming
from tests.given.webapi.terminal import commands
from webapi.cli.main import program
from webapi.cli.terminal.help import METAVARS, metavar_in_french
from webapi.cli.terminal.help_in_french import DOES, OPTIONS, places

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ALL = {"": program, **{" ".join(path): command for path, command in commands(program)}}
ENGLISH = re.compile(
    r"\b(usage:|options:|commands?|show|message|exit|version and|required|default|range|args"
    r"|TEXT|INTEGER|PATH|FILE|FOLDER|NUMBERS|BOOLEAN|%Y-%m-%d|the|of|and|to be|with|not|it|is|was|are|who)\b",
    re.IGNORECASE,
)
IN_BOTH = {"CERTIFICATION", "CODE", "CORRECTION", "HABILITATION", "POSITION", "SESSION", "UUID"}
"""Metavars that are the same in both languages."""
NAMES = re.compile(
    r"(?m)^  [a-z]+(-[a-z]+)*  |`[^`]*`|--[a-z-]+|\[[a-z_|-]+\]|\{[a-z0-9_|]+\}|ACQUIS_\w+(=\w+)?|\b1<=x<=\d+"
)
"""Names of commands, options and values, the same in both languages."""


def shown(language: str, path: str) -> str:
    """Return the help of a command."""
    spoken = {"LC_ALL": f"{language}.UTF-8", "LC_MESSAGES": "", "LANG": ""}
    result = CliRunner().invoke(program, (*path.split(), "--help"), prog_name="acquis", env=spoken)
    assert result.exit_code == 0, (path, result.output)
    assert result.stderr == "", path
    return result.stdout


def explained(command: click.Command) -> Iterator[str]:
    """Return the options of a command that have a help text."""
    for each in command.get_params(click.Context(command)):
        if isinstance(each, click.Option) and each.help:
            yield each.opts[0]


def values(command: click.Command) -> Iterator[str]:
    """Return the metavars, in capitals, of the values that a command takes."""
    for each in command.params:
        if isinstance(each, click.Option) and each.is_flag:
            continue
        called = each.make_metavar(click.Context(command))
        if "%" in called:
            yield called
        elif called == called.upper():
            yield called.strip("[]")


def test_every_command_and_option_has_a_french_help_text_and_no_text_is_left_over():
    """No French text belongs to a missing command."""
    assert DOES.keys() == ALL.keys()
    needed = {(path, option): next(places(path, option), None) for path in ALL for option in explained(ALL[path])}
    assert [which for which, key in needed.items() if key is None] == []
    assert OPTIONS.keys() == {*needed.values()}


def test_option_with_a_shared_french_help_has_one_english_help():
    english: dict[str, set[str]] = {}
    for path, command in ALL.items():
        for each in command.get_params(click.Context(command)):
            if isinstance(each, click.Option) and each.help:
                english.setdefault(next(places(path, each.opts[0])), set()).add(each.help)
    assert {key: told for key, told in english.items() if len(told) > 1} == {}


def test_every_command_has_the_json_option():
    assert all("--json" in explained(each) for each in ALL.values() if not isinstance(each, click.Group))


def test_every_metavar_has_a_french_name_and_no_name_is_left_over():
    taken = {each for command in ALL.values() for each in values(command)}
    assert {metavar_in_french(each) for each in taken} & METAVARS.keys() == set()
    assert taken - METAVARS.keys() == IN_BOTH
    assert METAVARS.keys() - taken == {"COMMAND", "ARGS"}


def test_french_help_names_only_the_metavars_of_its_command():
    called = {*METAVARS.values(), *IN_BOTH}
    for path, command in ALL.items():
        named = {*re.findall(r"\w+", DOES[path])} & called
        assert named <= {metavar_in_french(each) for each in values(command)}, path


def test_help_is_in_french_under_a_french_locale():
    for path, command in ALL.items():
        with naming(path):
            told = shown("fr_FR", path)
            assert told.startswith(f"Usage : {f'acquis {path}'.strip()} [OPTIONS]"), told
            assert "\nOptions :\n" in told, told
            assert ("\nCommandes :\n" in told) == isinstance(command, click.Group), told
            sentences = DOES[path].replace("\n\n", " ")
            assert " ".join(sentences.split()) in " ".join(told.split())
            ours = told.replace(f"acquis {path}".strip(), "", 1).replace("Options :", "")
            in_words = NAMES.sub("", ours)
            assert not (found := ENGLISH.findall(in_words)), (found, told)
            assert not re.search(r"^\s*[:;?!»]", told, re.MULTILINE), told
            assert max(map(len, told.splitlines())) <= 80 or "|" in told, told


def test_help_under_an_english_locale_is_click_s_own():
    for path in ALL:
        with naming(path):
            context, words = click.Context(program, info_name="acquis", terminal_width=80), path.split()
            for n, word in enumerate(words, start=1):
                context = click.Context(ALL[" ".join(words[:n])], info_name=word, parent=context)
            told = shown("en_GB", path)
            assert told.strip() == context.command.get_help(context)
            assert told.startswith("Usage: ")
            assert "Show this message and exit." in told


def test_group_without_arguments_shows_its_help():
    for spoken in ("fr_FR", "en_GB"):
        result = CliRunner().invoke(program, ("token",), prog_name="acquis", env={"LC_ALL": f"{spoken}.UTF-8"})
        assert result.stderr.strip() == shown(spoken, "token").strip()


def test_defaults_ranges_and_date_formats_of_options_are_in_french():
    told = " ".join(shown("fr_FR", "token make").split())
    assert "--label TEXTE À quoi sert le jeton. [obligatoire]" in told
    assert "--days ENTIER Combien de jours il est valable. [par défaut : 90 ; 1<=x<=366]" in told
    assert "--on AAAA-MM-JJ" in shown("fr_FR", "organisation end")


def test_usage_error_names_the_missing_argument_as_the_help_does():
    result = CliRunner().invoke(program, ("why",), prog_name="acquis", env={"LC_ALL": "fr_FR.UTF-8"})
    assert "Usage : acquis why [OPTIONS] CANDIDATURE" in result.stderr
    assert "Il manque l'argument 'CANDIDATURE'." in result.stderr


def test_running_command_does_not_import_the_french_help(tmp_path: Path):
    runs = (
        "import sys; from webapi.cli.main import program;"
        f"program(['verify', '--write-zipapp', {str(tmp_path / 'verifier.pyz')!r}], standalone_mode=False);"
        "print('webapi.cli.terminal.help_in_french' in sys.modules)"
    )
    said = subprocess.run(
        [sys.executable, "-c", runs],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "LC_ALL": "fr_FR.UTF-8"},
    )
    assert said.stdout.splitlines()[-1] == "False"
