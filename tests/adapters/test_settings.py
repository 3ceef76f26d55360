"""Settings from the `ACQUIS_*` variables; an error names the wrong variable."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from psycopg2.extensions import parse_dsn

from adapters.clock import FixedClock, SystemClock
from adapters.database import DatabaseServer, connect
from adapters.settings import MIB, SettingError, Settings, kept_secret
from webapi.wiring import assemble

PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
A_SECRET = "0123456789abcdef" * 2
A_MASTER_KEY = "A" * 43 + "="


@pytest.fixture(autouse=True)
def no_setting_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("ACQUIS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ACQUIS_DATA", str(tmp_path / "data"))


def test_without_any_variable_the_defaults_hold(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("ACQUIS_DATA")
    monkeypatch.setenv("ACQUIS_SECRET_KEY", A_SECRET)
    monkeypatch.chdir(tmp_path)
    assert Settings.from_environment() == Settings(data=tmp_path / "var", secret_key=A_SECRET)


def test_every_variable_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given = {
        "DATABASE_URL": "postgresql://web@127.0.0.1/acquis",
        "KEYS_DATABASE_URL": "postgresql://web@127.0.0.1/keys",
        "MASTER_KEY": A_MASTER_KEY,
        "SECRET_KEY": A_SECRET,
        "PUBLIC_URL": "https://Acquis.example/",
        "HOSTS": "acquis.internal, [::1]",
        "PROXIES": "1",
        "FILES_URL": "https://files.example:8443",
        "SECURITY_CONTACT": "mailto:securite@acquis.example",
        "CLOCK": "2021-03-04",
        "DEADLINES": "false",
        "SMTP_URL": "smtps://acquis:hunter2@mail.example:465",
        "MAIL_FROM": "acquis@acquis.example",
        "SIGN_UP": "true",
        "SECOND_FACTOR": "admin, registrar",
        "MAX_UPLOAD_BYTES": str(5 * MIB),
        "S3_BUCKET": "preuves",
        "S3_URL": "http://objects.example:9000",
        "S3_REGION": "fr-par",
        "S3_PREFIX": "acquis/2026/",
        "S3_ACCESS_KEY": "web",
        "S3_SECRET_KEY": "hunter2",
        "POOL_SIZE": "7",
        "CHECKPOINTS": str(tmp_path / "elsewhere"),
        "CHECKPOINT_KEY_FILE": str(tmp_path / "the.key"),
        "BACKUP_KEY_FILE": str(tmp_path / "backup.key"),
        "WITNESS_URL": "https://witness.example/acquis",
        "WITNESS_KEY": PETER,
        "TSA_URL": "http://tsa.example/tsr",
    }
    for name, value in given.items():
        monkeypatch.setenv(f"ACQUIS_{name}", value)
    assert Settings.from_environment() == Settings(
        data=tmp_path / "data",
        database_url="postgresql://web@127.0.0.1/acquis",
        keys_database_url="postgresql://web@127.0.0.1/keys",
        master_key=A_MASTER_KEY,
        secret_key=A_SECRET,
        public_url="https://acquis.example",
        hosts=("acquis.internal", "[::1]"),
        proxies=1,
        files_url="https://files.example:8443",
        security_contact="mailto:securite@acquis.example",
        clock=date(2021, 3, 4),
        deadlines=False,
        smtp_url="smtps://acquis:hunter2@mail.example:465",
        mail_from="acquis@acquis.example",
        sign_up=True,
        second_factor=("admin", "registrar"),
        max_upload_bytes=5 * MIB,
        s3_bucket="preuves",
        s3_url="http://objects.example:9000",
        s3_region="fr-par",
        s3_prefix="acquis/2026/",
        s3_access_key="web",
        s3_secret_key="hunter2",  # noqa: S106  (not a real secret)
        pool_size=7,
        checkpoints=tmp_path / "elsewhere",
        checkpoint_key_file=tmp_path / "the.key",
        backup_key_file=tmp_path / "backup.key",
        witness_url="https://witness.example/acquis",
        witness_key=PETER,
        tsa_url="http://tsa.example/tsr",
    )


def test_checkpoints_and_their_key_are_in_the_data_folder_unless_told_elsewhere(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    assert settings.checkpoint_folder == tmp_path / "checkpoints"
    assert settings.checkpoint_key == tmp_path / "keys" / "checkpoint.key"
    settings = Settings(data=tmp_path, checkpoints=tmp_path / "a", checkpoint_key_file=tmp_path / "b")
    assert (settings.checkpoint_folder, settings.checkpoint_key) == (tmp_path / "a", tmp_path / "b")


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"S3_ACCESS_KEY": "web"}, "ACQUIS_S3_SECRET_KEY"),
        ({"S3_SECRET_KEY": "hunter2"}, "ACQUIS_S3_ACCESS_KEY"),
        ({"S3_BUCKET": "preuves", "MAX_UPLOAD_BYTES": str(2**33)}, "ACQUIS_MAX_UPLOAD_BYTES"),
    ],
)
def test_settings_of_an_object_store_that_do_not_go_together_are_refused(monkeypatch, given, named) -> None:
    for name, value in given.items():
        monkeypatch.setenv(f"ACQUIS_{name}", value)
    with pytest.raises(SettingError) as refused:
        Settings.from_environment()
    assert named in str(refused.value)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ACQUIS_POOL_SIZE", "many"),
        ("ACQUIS_POOL_SIZE", "0"),
        ("ACQUIS_MAX_UPLOAD_BYTES", "-1"),
        ("ACQUIS_S3_PREFIX", "acquis"),
        ("ACQUIS_S3_PREFIX", "../"),
        ("ACQUIS_S3_URL", "objects.example"),
        ("ACQUIS_CLOCK", "4 mars 2021"),
        ("ACQUIS_PRODUCTION", "perhaps"),
        ("ACQUIS_WITNESS_URL", "file:///etc/passwd"),
        ("ACQUIS_TSA_URL", "tsa.example"),
        ("ACQUIS_WITNESS_KEY", "PeterNeumann+c74f20a3+AAAA"),
        ("ACQUIS_PUBLIC_URL", "https://acquis.example/pages"),
        ("ACQUIS_PUBLIC_URL", "https://somebody@acquis.example"),
        ("ACQUIS_FILES_URL", "files.example"),
        ("ACQUIS_HOSTS", "acquis.example:443"),
        ("ACQUIS_HOSTS", "acquis.example evil.example"),
        ("ACQUIS_PROXIES", "11"),
        ("ACQUIS_SECURITY_CONTACT", "securite@acquis.example"),
        ("ACQUIS_SECURITY_CONTACT", "mailto:a@b\nExpires: never"),
        ("ACQUIS_SMTP_URL", "http://root:hunter2@mail.example"),
        ("ACQUIS_SMTP_URL", "smtp://mail.example/folder"),
        ("ACQUIS_MAIL_FROM", "Acquis <a@b>\nBcc: c@d"),
        ("ACQUIS_SECOND_FACTOR", "admin, system"),
        ("ACQUIS_SIGN_UP", "perhaps"),
        ("ACQUIS_DATABASE_URL", "mysql://root:hunter2@localhost/acquis"),
        ("ACQUIS_DATABASE_URL", "postgresql://[half"),
        ("ACQUIS_SECRET_KEY", "short"),
        ("ACQUIS_SECRET_KEY_FILE", "/no/such/file"),
        ("ACQUIS_KEYS_DATABASE_URL", "mysql://root:hunter2@localhost/acquis"),
        ("ACQUIS_MASTER_KEY", "short"),
        ("ACQUIS_MASTER_KEY", "not base64, hunter2!"),
        ("ACQUIS_MASTER_KEY", "AAAA"),
        ("ACQUIS_MASTER_KEY_FILE", "/no/such/file"),
    ],
)
def test_a_wrong_value_gives_one_sentence_that_names_its_variable(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingError) as refused:
        Settings.from_environment()
    sentence = str(refused.value)
    assert sentence.startswith(f"{variable} must ")
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert "hunter2" not in sentence
    assert "short" not in sentence


def test_a_secret_may_come_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(A_SECRET + "\n")
    monkeypatch.setenv("ACQUIS_SECRET_KEY_FILE", str(tmp_path / "secret"))
    assert Settings.from_environment().secret_key == A_SECRET


def test_the_clock_cannot_be_chosen_in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACQUIS_PRODUCTION", "true")
    monkeypatch.setenv("ACQUIS_CLOCK", "2021-03-04")
    with pytest.raises(SettingError, match=r"^ACQUIS_CLOCK must be unset in production"):
        Settings.from_environment()


def test_a_secret_key_is_made_once_and_kept_for_its_owner_only(tmp_path: Path) -> None:
    first = Settings.from_environment().secret_key
    assert len(first) == 64
    assert Settings.from_environment().secret_key == first
    kept = tmp_path / "data" / "keys" / "secret"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("left", ["", "\n", "0123456789abcdef"])
def test_a_kept_secret_that_was_emptied_or_cut_short_signs_nothing(tmp_path: Path, left: str) -> None:
    assert Settings.from_environment().secret_key
    kept = tmp_path / "data" / "keys" / "secret"
    kept.write_text(left)
    with pytest.raises(SettingError, match=rf"^{kept} no longer holds a whole secret"):
        Settings.from_environment()


def test_processes_starting_together_agree_on_one_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(kept_secret, [tmp_path / "keys" / "secret"] * 8))
    assert len(made) == 1
    assert os.listdir(tmp_path / "keys") == ["secret"]  # noqa: PTH208  (the test compares names)


def test_files_have_a_name_of_their_own_or_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACQUIS_PUBLIC_URL", "https://acquis.example")
    monkeypatch.setenv("ACQUIS_FILES_URL", "https://ACQUIS.example/")
    with pytest.raises(SettingError, match=r"^ACQUIS_FILES_URL must be another name"):
        Settings.from_environment()


def test_in_production_the_keys_of_personal_data_do_not_stand_beside_what_they_seal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ACQUIS_PRODUCTION", "true")
    monkeypatch.setenv("ACQUIS_DATABASE_URL", "postgresql://web@127.0.0.1/acquis")
    with connect(Settings.from_environment()) as server:
        assert server.dsn  # a process that uses no keys needs no URL of their database
        with pytest.raises(SettingError, match=r"^ACQUIS_KEYS_DATABASE_URL must be set in production"):
            assert server.keys_dsn
    monkeypatch.setenv("ACQUIS_KEYS_DATABASE_URL", "postgresql://web@elsewhere/keys")
    with connect(Settings.from_environment()) as server:
        assert server.keys_dsn == "postgresql://web@elsewhere/keys"
        with pytest.raises(SettingError, match=r"^ACQUIS_MASTER_KEY or ACQUIS_MASTER_KEY_FILE must be set in prod"):
            assemble(Settings.from_environment(), server)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("postgresql://web@db:5433/acquis?sslmode=require", "acquis_keys"),
        ("host=/run/postgresql dbname=certifier user=web", "certifier_keys"),
        ("postgresql://web@db", "web_keys"),
    ],
)
def test_elsewhere_they_stand_in_a_database_beside_the_other(given: str, name: str) -> None:
    ours, theirs = parse_dsn(DatabaseServer(given).keys_dsn), parse_dsn(given)
    assert ours == theirs | {"dbname": name}


def test_masked_shows_no_secret_and_no_password() -> None:
    settings = Settings(
        data=Path("/srv/acquis"),
        database_url="postgresql://web:hunter2@db/acquis",
        tsa_url="https://house:hunter2@tsa.example/rfc3161",
        secret_key=A_SECRET,
    )
    shown = settings.masked()
    assert "hunter2" not in str(shown)
    assert A_SECRET not in str(shown)
    assert A_SECRET not in repr(settings)
    assert shown["data"] == "/srv/acquis"
    assert shown["secret_key"] == "(set)"  # noqa: S105  (the mask)
    assert "host=db" in shown["database_url"]
    assert shown["tsa_url"] == "https://***@tsa.example/rfc3161"
    assert shown["clock"] == "(unset)"


def test_every_setting_has_a_description() -> None:
    described = Settings.described()
    assert "ACQUIS_MAX_UPLOAD_BYTES" in described
    assert all(sentence.endswith(".") for sentence in described.values())


def test_a_fixed_clock_shows_the_day_it_was_set_to() -> None:
    clock = FixedClock(date(2021, 3, 4))
    assert clock.today() == date(2021, 3, 4)
    clock.set(date(2018, 12, 18))
    assert clock.today() == date(2018, 12, 18)


def test_the_system_clock_gives_a_plausible_day() -> None:
    assert SystemClock().today() >= date(2025, 1, 1)
