"""Tests of the commands' help, which is in English in every locale."""

from __future__ import annotations

import click
from click.testing import CliRunner

from tests.given.webapi.terminal import commands
from webapi.cli.main import program

ALL = {"": program, **{" ".join(path): command for path, command in commands(program)}}


def shown(language: str, path: str) -> str:
    """Return the help of a command."""
    result = CliRunner().invoke(
        program, (*path.split(), "--help"), prog_name="acquis", env={"LC_ALL": f"{language}.UTF-8"}
    )
    assert result.exit_code == 0, (path, result.output)
    assert result.stderr == "", path
    return result.stdout


def test_every_command_prints_its_help_in_english_in_every_locale():
    for path in ALL:
        french = shown("fr_FR", path)
        assert french == shown("en_GB", path), path
        assert french.startswith(f"Usage: {f'acquis {path}'.strip()} [OPTIONS]"), path


def test_every_command_and_every_option_has_a_help_text():
    assert [path for path, command in ALL.items() if not command.help] == []
    options = ((path, each) for path, command in ALL.items() for each in command.get_params(click.Context(command)))
    assert [(path, each.name) for path, each in options if isinstance(each, click.Option) and not each.help] == []


def test_every_command_has_the_json_option():
    lacks = (path for path, each in ALL.items() if not isinstance(each, click.Group))
    assert [path for path in lacks if "as_json" not in {each.name for each in ALL[path].params}] == []


def test_group_without_arguments_shows_its_help():
    result = CliRunner().invoke(program, ("token",), prog_name="acquis", env={"LC_ALL": "fr_FR.UTF-8"})
    assert result.stderr.strip() == shown("fr_FR", "token").strip()


def test_usage_error_names_the_missing_argument_as_the_help_does():
    result = CliRunner().invoke(program, ("why",), prog_name="acquis", env={"LC_ALL": "fr_FR.UTF-8"})
    assert "Usage : acquis why [OPTIONS] CANDIDACY" in result.stderr
    assert "Il manque l'argument 'CANDIDACY'." in result.stderr
