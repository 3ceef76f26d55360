"""Tests of the warnings of `acquis doctor` about exposed settings, which do not stop a start."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.settings import Settings
from webapi.cli.terminal.exposure import exposed

BARE = Settings(data=Path("nowhere"), production=True)
COVERED = Settings(
    data=Path("nowhere"),
    production=True,
    public_url="https://acquis.example",
    files_url="https://files.example",
    proxies=1,
    security_contact="mailto:securite@acquis.example",
)


@pytest.mark.parametrize(("spoken", "begins"), [("fr_FR.UTF-8", "Ni ACQUIS_PUBLIC_URL"), ("en_GB.UTF-8", "Neither")])
def test_exposed_settings_are_reported_in_the_reader_s_language(monkeypatch, spoken, begins):
    for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", spoken)
    said = list(exposed(BARE, {"ACQUIS_SECRET_KEY": "x" * 32, "ACQUIS_MASTER_KEY_FILE": "/etc/acquis/master"}))
    assert said[0].startswith(begins)
    told = [name for name in ("PUBLIC_URL", "HOSTS", "PROXIES", "SECRET_KEY_FILE", "MASTER_KEY", "SECURITY_CONTACT")
            if any(name in each for each in said)]  # fmt: skip
    assert told == ["PUBLIC_URL", "HOSTS", "PROXIES", "SECRET_KEY_FILE", "SECURITY_CONTACT"]


@pytest.mark.parametrize("name", ["public_url", "files_url"])
def test_public_url_without_tls_is_reported(name):
    (said,) = exposed(Settings(**{**vars(COVERED), name: "http://acquis.example"}), {})
    assert said.startswith(f"ACQUIS_{name.upper()}")


PROVIDERS = """
[sure]
title = "Celui qui le dit"
issuer = "https://sure.example"
client_id = "acquis"
acr = ["eidas2"]
second_factor = true

[vague]
title = "Celui qu'on croit"
issuer = "https://vague.example"
client_id = "acquis"
second_factor = true

[plain]
title = "Sans double authentification"
issuer = "https://plain.example"
client_id = "acquis"
"""


@pytest.mark.parametrize(
    ("spoken", "says"), [("fr_FR.UTF-8", "rien ne le prouve"), ("en_GB.UTF-8", "nothing proves it")]
)
def test_provider_trusted_for_a_second_factor_without_acr_is_reported(tmp_path, monkeypatch, spoken, says):
    """Without `acr` the provider does not say how the person signed in, which may be by password alone."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", spoken)
    (tmp_path / "providers.toml").write_text(PROVIDERS)
    for given in ({}, vars(COVERED)):
        (said,) = exposed(Settings(**given | {"data": tmp_path, "oidc_providers": tmp_path / "providers.toml"}), {})
        assert "[vague]" in said
        assert says in said


def test_covered_settings_and_a_trial_give_no_warning():
    assert list(exposed(COVERED, {"ACQUIS_SECRET_KEY_FILE": "/etc/acquis/secret"})) == []
    assert list(exposed(Settings(data=Path("nowhere")), {"ACQUIS_SECRET_KEY": "x" * 32})) == []
