"""Every setting of the platform: typed, with a safe default, checked at start."""

from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.errors import BadSetting

GIGABYTE = 1024**3


class Settings(BaseSettings):
    """Read from `COMMONCAST_*` in the environment, or from `.env`."""

    model_config = SettingsConfigDict(
        env_prefix="COMMONCAST_", env_file=".env", extra="ignore", frozen=True
    )

    data_dir: Path = Field(
        validate_default=True,
        default=Path("data"),
        description="Database, local storage and scratch.",
    )
    database_url: str = Field(
        default="", description="Default: SQLite in the data folder."
    )
    storage_url: str = Field(
        default="", description="file:///folder or s3://bucket?endpoint=..&region=.."
    )
    public_url: str = Field(
        default="http://127.0.0.1:8000", description="Where people reach this site."
    )
    media_url: str = Field(default="", description="A CDN in front of the bucket.")
    fetch_also: str = Field(
        default="",
        description="Hosts of your own network (host:port, with commas) that an import "
        "may fetch from; otherwise only the open internet.",
    )
    ffmpeg: str = Field(
        default="", description="Default: the newest of PATH and the wheel."
    )
    site_name: str = Field(default="Commoncast", description="The community's name.")
    site_tagline: str = Field(
        default="Conversations from our community, to hear and to watch.",
        description="One sentence under the name on the home page.",
    )
    max_upload_bytes: int = Field(
        default=50 * GIGABYTE, gt=0, description="The largest recording we take."
    )
    free_disk_reserve_bytes: int = Field(
        default=GIGABYTE, ge=0, description="Uploads stop before the disk is this full."
    )
    feed_page_episodes: int = Field(
        default=500,
        ge=10,
        le=5000,
        description="Episodes on a page of a feed; twice as many have archives.",
    )
    feeds_in_storage: bool = Field(
        default=False,
        description="Also store every public feed, for a CDN in front of the bucket.",
    )
    payments: bool = Field(
        default=False,
        description="Shows may name lightning addresses that listeners can pay to.",
    )
    websub_hubs: str = Field(
        default="",
        description="WebSub hubs (with commas) that are told when a feed has changed.",
    )
    podping_url: str = Field(
        default="", description="Who writes podpings for us: https://podping.cloud/"
    )
    podping_token: str = Field(default="", description="What it knows us by.")
    replaced_kept_hours: float = Field(
        default=24,
        ge=0,
        description="How long files stay after others have replaced them.",
    )
    encoding_budget: Literal["quick", "normal", "thorough"] = Field(
        default="normal", description="How much time a film may cost for its quality."
    )
    allow_unsandboxed_media: bool = Field(
        default=False,
        description="Open recordings even where no wall can be built around programs.",
    )
    transcribe_model: str = Field(
        default="", description="The folder of a Whisper model; empty: no transcripts."
    )
    transcribe_threads: int = Field(
        default=0, ge=0, description="For transcripts; 0: as many as there are cores."
    )
    workers: int = Field(
        default=1, ge=0, description="How many worker processes `serve` keeps running."
    )

    @field_validator("data_dir")
    @classmethod
    def _is_the_same_from_everywhere(cls, value: Path) -> Path:
        # Programs behind walls work in folders of their own.
        return value.absolute()

    @field_validator("public_url", "media_url")
    @classmethod
    def _is_web_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in {"http", "https"} or not parts.hostname):
            raise ValueError("must start with http:// or https:// and name a host")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _is_known_database(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in {"sqlite", "postgresql"}:
            raise ValueError("must start with sqlite:/// or postgresql://")
        return value

    @field_validator("storage_url")
    @classmethod
    def _is_known_storage(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in {"file", "s3"}:
            raise ValueError("must start with file:/// or s3://")
        return value

    @classmethod
    def load(cls, **overrides: object) -> Self:
        """Read the settings, or raise `BadSetting` with a sentence for the keeper."""
        try:
            return cls(**overrides)  # type: ignore[arg-type]
        except ValidationError as error:
            raise BadSetting(_sentence(error)) from error

    @property
    def database(self) -> str:
        """The SQLAlchemy URL of the platform's own database."""
        url = self.database_url or f"sqlite:///{self.data_dir / 'commoncast.db'}"
        return url.replace("postgresql://", "postgresql+psycopg://", 1)

    @property
    def jobs_database(self) -> str:
        """Where DBOS keeps its workflows: its own file, or the same PostgreSQL."""
        if self.database_url.startswith("postgresql"):
            return self.database
        return f"sqlite:///{self.data_dir / 'jobs.db'}"

    @property
    def storage(self) -> str:
        """The storage URL, by default a folder in the data folder."""
        return self.storage_url or f"file://{(self.data_dir / 'media').absolute()}"

    @property
    def scratch_dir(self) -> Path:
        """Where unfinished work lies; may be deleted when nothing runs."""
        return self.data_dir / "scratch"

    @property
    def uploads_dir(self) -> Path:
        """Where uploads grow until they are whole."""
        return self.data_dir / "uploads"


def _sentence(error: ValidationError) -> str:
    first = error.errors()[0]
    name = "_".join(str(part) for part in first["loc"]).upper()
    reason = first["msg"].removeprefix("Value error, ")
    return f"The setting COMMONCAST_{name} cannot be used: {reason}."
