from pathlib import Path

import pytest

from app.errors import BadSetting
from app.settings import Settings


def test_without_any_setting_everything_lies_in_the_data_folder() -> None:
    settings = Settings.load(_env_file=None)

    data = Path("data").absolute()
    assert settings.database == f"sqlite:///{data}/commoncast.db"
    assert settings.jobs_database == f"sqlite:///{data}/jobs.db"
    assert settings.storage == f"file://{Path('data/media').absolute()}"


def test_one_postgresql_serves_both_the_platform_and_its_jobs() -> None:
    settings = Settings.load(database_url="postgresql://cast@db/cast")

    assert settings.database == "postgresql+psycopg://cast@db/cast"
    assert settings.jobs_database == settings.database


def test_settings_are_read_from_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COMMONCAST_PUBLIC_URL", "https://cast.example/")

    assert Settings.load().public_url == "https://cast.example"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("public_url", "cast.example"),
        ("public_url", "javascript:alert(1)"),
        ("media_url", "ftp://cdn.example"),
        ("database_url", "mysql://db/cast"),
        ("storage_url", "/srv/media"),
        ("max_upload_bytes", "many"),
        ("workers", "-1"),
    ],
)
def test_a_setting_that_cannot_work_is_named_at_the_start(
    name: str, value: str
) -> None:
    with pytest.raises(BadSetting) as refused:
        Settings.load(**{name: value})

    assert f"COMMONCAST_{name.upper()}" in refused.value.sentence


def test_the_data_folder_is_the_same_from_everywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COMMONCAST_DATA_DIR", raising=False)

    # Programs behind walls work in folders of their own.
    assert Settings.load().data_dir == tmp_path / "data"
