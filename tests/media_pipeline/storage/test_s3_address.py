from typing import Any

import pytest

from media_pipeline.errors import StorageFailed
from media_pipeline.storage import open_storage
from media_pipeline.storage.local import LocalStorage
from media_pipeline.storage.s3 import S3Storage
from media_pipeline.storage.s3_address import Address

OWN = "s3://cast?endpoint=https://s3.example/&region=fra1"


def test_a_setting_names_bucket_place_and_region() -> None:
    address = Address.read(OWN)

    assert (address.bucket, address.endpoint, address.region) == (
        "cast",
        "https://s3.example",
        "fra1",
    )


@pytest.mark.parametrize(
    ("setting", "cdn", "served_at"),
    [
        (OWN, "", "https://s3.example/cast"),
        (OWN, "https://media.example", "https://media.example"),
        ("s3://cast?region=eu-west-1", "", "https://cast.s3.eu-west-1.amazonaws.com"),
    ],
)
def test_objects_are_served_where_browsers_find_them(
    setting: str, cdn: str, served_at: str
) -> None:
    assert Address.read(setting, cdn).served_at == served_at


@pytest.mark.parametrize(
    "setting",
    [
        "s3://",
        "s3:///folder",
        "s3://cast/folder",
        "s3://cast?endpoint=s3.example",
        "s3://cast?endpoint=ftp://s3.example",
        "s3://cast?endpiont=https://s3.example",
    ],
)
def test_a_setting_that_means_nothing_is_refused(setting: str) -> None:
    with pytest.raises(StorageFailed) as refused:
        Address.read(setting)

    assert "s3://bucket?endpoint=" in refused.value.sentence


def test_other_storages_are_asked_by_path_and_with_old_checksums() -> None:
    client = Address.read(OWN).connect()

    config: Any = client.meta.config
    client.close()

    assert config.s3["addressing_style"] == "path"
    assert config.request_checksum_calculation == "when_required"
    assert config.response_checksum_validation == "when_required"
    assert (config.connect_timeout, config.read_timeout) == (5, 30)


def test_the_setting_chooses_the_kind() -> None:
    local = open_storage("file:///var/media", public_url="https://cast.example")
    bucket = open_storage(OWN, public_url="https://cast.example")
    bucket.close()

    assert isinstance(local, LocalStorage)
    assert isinstance(bucket, S3Storage)


def test_a_cdn_may_stand_before_a_folder_too() -> None:
    local = open_storage(
        "file:///var/media",
        public_url="https://cast.example",
        media_url="https://media.example",
    )

    assert local.public_url("public/a") == "https://media.example/public/a"
