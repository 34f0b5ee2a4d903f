"""Who may see what in a bucket, asked by somebody without keys."""

import json
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import httpx2
import pytest

from media_pipeline.errors import StorageFailed
from media_pipeline.storage.s3 import S3Storage
from tests.services.fixtures import Bucket

MakeFile = Callable[[bytes], Path]
MP3 = "audio/mpeg"
PUBLIC = "public/2b5a/1/5f5f.mp3"
PRIVATE = "private/2b5a/1/recording"
PAGE = "https://cast.example"


def test_everybody_can_read_what_is_public(
    bucket: Bucket, anyone: httpx2.Client, file: MakeFile
) -> None:
    bucket.storage.put_file(file(b"sound"), PUBLIC, MP3)

    answer = anyone.get(bucket.storage.public_url(PUBLIC))

    assert (answer.status_code, answer.content) == (200, b"sound")
    assert answer.headers["content-type"] == MP3
    assert "immutable" in answer.headers["cache-control"]


def test_nobody_can_read_what_is_private(
    bucket: Bucket, anyone: httpx2.Client, file: MakeFile
) -> None:
    bucket.storage.put_file(file(b"a confession"), PRIVATE, MP3)

    assert anyone.get(bucket.storage.public_url(PRIVATE)).status_code == 403


@pytest.mark.parametrize("query", ["", "?list-type=2&prefix=public/", "?policy"])
def test_nobody_can_list_or_ask_for_the_rules(
    bucket: Bucket, anyone: httpx2.Client, query: str
) -> None:
    place = bucket.storage.public_url(PUBLIC).removesuffix(f"/{PUBLIC}")

    assert anyone.get(place + query).status_code == 403


def test_nobody_can_write_or_delete(
    bucket: Bucket, anyone: httpx2.Client, file: MakeFile
) -> None:
    bucket.storage.put_file(file(b"sound"), PUBLIC, MP3)
    address = bucket.storage.public_url(PUBLIC)

    assert anyone.put(address, content=b"noise").status_code == 403
    assert anyone.delete(address).status_code == 403


def test_players_on_other_pages_may_seek(
    bucket: Bucket, anyone: httpx2.Client, file: MakeFile
) -> None:
    bucket.storage.put_file(file(b"sound"), PUBLIC, MP3)

    answer = anyone.get(
        bucket.storage.public_url(PUBLIC),
        headers={"Origin": PAGE, "Range": "bytes=1-2"},
    )

    assert (answer.status_code, answer.content) == (206, b"ou")
    assert answer.headers["access-control-allow-origin"] in {"*", PAGE}
    assert "Content-Range" in answer.headers["access-control-expose-headers"]


@pytest.mark.parametrize(("method", "status"), [("GET", 200), ("PUT", 403)])
def test_a_browser_is_told_what_other_pages_may_do(
    bucket: Bucket, anyone: httpx2.Client, method: str, status: int
) -> None:
    asked = {
        "Origin": PAGE,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "range",
    }

    answer = anyone.options(bucket.storage.public_url(PUBLIC), headers=asked)

    assert answer.status_code == status


def test_a_signed_address_opens_what_is_private(
    bucket: Bucket, anyone: httpx2.Client, file: MakeFile
) -> None:
    bucket.storage.put_file(file(b"a confession"), PRIVATE, MP3)

    named = 'attachment; filename="talk.wav"'
    answer = anyone.get(bucket.storage.signed_url(PRIVATE, 60, disposition=named))

    assert (answer.status_code, answer.content) == (200, b"a confession")
    assert answer.headers["content-disposition"] == named


def test_a_signed_address_ends(
    bucket: Bucket, anyone: httpx2.Client, file: MakeFile
) -> None:
    bucket.storage.put_file(file(b"a confession"), PRIVATE, MP3)

    address = bucket.storage.signed_url(PRIVATE, 1)
    time.sleep(2.1)

    assert anyone.get(address).status_code == 403


def test_a_signed_address_opens_nothing_else(
    bucket: Bucket, anyone: httpx2.Client, file: MakeFile
) -> None:
    bucket.storage.put_file(file(b"another"), PRIVATE + "-2", MP3)

    address = bucket.storage.signed_url(PRIVATE, 60).replace(PRIVATE, PRIVATE + "-2")

    assert anyone.get(address).status_code == 403


def test_whoever_has_the_wrong_secret_gets_nothing(
    bucket: Bucket,
    anyone: httpx2.Client,
    file: MakeFile,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bucket.storage.put_file(file(b"a confession"), PRIVATE, MP3)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")

    with closing(S3Storage.from_url(bucket.url)) as thief:
        with pytest.raises(StorageFailed):
            thief.open_range(PRIVATE)
        with pytest.raises(StorageFailed):
            thief.put_file(file(b"noise"), PUBLIC, MP3)
        assert anyone.get(thief.signed_url(PRIVATE, 60)).status_code == 403


def test_a_keepers_own_rules_stay(s3_http: Bucket) -> None:
    client, name = s3_http.storage.client, s3_http.storage.bucket
    policy = json.loads(client.get_bucket_policy(Bucket=name)["Policy"])
    own = policy["Statement"][0] | {
        "Sid": "mine",
        "Resource": [f"arn:aws:s3:::{name}/mine/*"],
    }
    policy["Statement"].append(own)
    client.put_bucket_policy(Bucket=name, Policy=json.dumps(policy))

    s3_http.storage.prepare()
    s3_http.storage.prepare()

    kept = json.loads(client.get_bucket_policy(Bucket=name)["Policy"])["Statement"]
    assert sorted(one["Sid"] for one in kept) == ["commoncastpublic", "mine"]
