"""What every storage promises, asked of each kind."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from media_pipeline.errors import StorageFailed
from media_pipeline.storage import Storage

MakeFile = Callable[[bytes], Path]
MP3 = "audio/mpeg"
HUNDRED = bytes(range(100))

_LETTERS = st.text("abcdefghijklmnopqrstuvwxyz0123456789_-", min_size=1, max_size=12)
_NAMES = st.builds(lambda a, b: f"{a}.{b}", _LETTERS, _LETTERS) | _LETTERS
KEYS = st.builds(
    lambda top, names: "/".join([top, *names]),
    st.sampled_from(["public", "private"]),
    st.lists(_NAMES, min_size=1, max_size=5),
)


def whole(storage: Storage, key: str) -> bytes:
    return b"".join(storage.open_range(key))


def test_what_is_put_can_be_read(storage: Storage, key: str, file: MakeFile) -> None:
    storage.put_file(file(HUNDRED), key, MP3)

    assert whole(storage, key) == HUNDRED


def test_it_knows_what_it_keeps(storage: Storage, key: str, file: MakeFile) -> None:
    storage.put_file(file(HUNDRED), key, MP3)

    stored = storage.stat(key)

    assert stored is not None
    assert (stored.key, stored.size, stored.content_type) == (key, 100, MP3)
    assert abs(datetime.now(UTC) - stored.modified_at) < timedelta(minutes=1)


def test_what_is_not_there_is_none(storage: Storage, key: str) -> None:
    assert storage.stat(key) is None


def test_an_empty_file_stays_empty(storage: Storage, key: str, file: MakeFile) -> None:
    storage.put_file(file(b""), key, MP3)

    assert whole(storage, key) == b""
    assert list(storage.open_range(key, 5)) == []


@pytest.mark.parametrize(
    ("start", "length"), [(0, 10), (10, 20), (99, 1), (90, 10), (90, 100), (40, None)]
)
def test_a_part_can_be_read(
    storage: Storage, key: str, file: MakeFile, start: int, length: int | None
) -> None:
    storage.put_file(file(HUNDRED), key, MP3)
    end = None if length is None else start + length

    part = b"".join(storage.open_range(key, start, length))

    assert part == HUNDRED[start:end]


@pytest.mark.parametrize(("start", "length"), [(100, None), (100, 5), (0, 0), (500, 1)])
def test_a_part_behind_the_end_is_empty(
    storage: Storage, key: str, file: MakeFile, start: int, length: int | None
) -> None:
    storage.put_file(file(HUNDRED), key, MP3)

    assert b"".join(storage.open_range(key, start, length)) == b""


def test_reading_what_is_not_there_fails(storage: Storage, key: str) -> None:
    with pytest.raises(StorageFailed):
        storage.open_range(key)


def test_putting_again_replaces(storage: Storage, key: str, file: MakeFile) -> None:
    storage.put_file(file(HUNDRED), key, MP3)
    storage.put_file(file(b"new"), key, MP3)

    assert whole(storage, key) == b"new"


def test_putting_if_absent_leaves_what_is_there(
    storage: Storage, key: str, file: MakeFile
) -> None:
    storage.put_file(file(b"first"), key, MP3, if_absent=True)
    storage.put_file(file(b"second"), key, MP3, if_absent=True)

    assert whole(storage, key) == b"first"


def test_a_file_may_change_after_it_was_put(
    storage: Storage, key: str, file: MakeFile
) -> None:
    path = file(HUNDRED)
    storage.put_file(path, key, MP3)

    with path.open("r+b") as again:
        again.write(b"changed")

    assert whole(storage, key) == HUNDRED


def test_a_file_that_is_handed_over_is_stored_too(
    storage: Storage, key: str, file: MakeFile
) -> None:
    path = file(HUNDRED)

    storage.put_file(path, key, MP3, handed_over=True)
    path.unlink()

    assert whole(storage, key) == HUNDRED


def test_a_missing_file_leaves_nothing_behind(
    storage: Storage, key: str, tmp_path: Path
) -> None:
    with pytest.raises(StorageFailed):
        storage.put_file(tmp_path / "missing", key, MP3)

    assert storage.stat(key) is None


def test_an_object_becomes_a_file(
    storage: Storage, key: str, file: MakeFile, tmp_path: Path
) -> None:
    storage.put_file(file(HUNDRED), key, MP3)
    wanted = tmp_path / "wanted"
    wanted.write_bytes(b"older and longer " * 100)

    storage.fetch(key, wanted)

    assert wanted.read_bytes() == HUNDRED


def test_fetching_what_is_not_there_leaves_no_file(
    storage: Storage, key: str, tmp_path: Path
) -> None:
    with pytest.raises(StorageFailed):
        storage.fetch(key, tmp_path / "wanted")

    assert not (tmp_path / "wanted").exists()


def test_objects_come_in_the_order_of_their_keys(
    storage: Storage, file: MakeFile
) -> None:
    keys = [f"public/{name}" for name in ("b/1", "b-c/1", "b.mp3", "a", "b/0/9", "b_")]
    for one in keys:
        storage.put_file(file(HUNDRED), one, MP3)

    found = [stored.key for stored in storage.objects("public/b")]

    assert found == sorted(keys)[1:]


def test_a_prefix_finds_only_what_begins_with_it(
    storage: Storage, file: MakeFile
) -> None:
    for one in ("public/a/1/x.mp3", "public/a/10/x.mp3", "private/a/1/x"):
        storage.put_file(file(HUNDRED), one, MP3)

    (found,) = storage.objects("public/a/1/")

    assert (found.key, found.size) == ("public/a/1/x.mp3", 100)


def test_nothing_is_found_where_nothing_is(storage: Storage) -> None:
    assert list(storage.objects("public/nowhere/")) == []


def test_a_copy_is_the_same(storage: Storage, key: str, file: MakeFile) -> None:
    storage.put_file(file(HUNDRED), key, MP3)

    storage.copy(key, "public/elsewhere/1/copy.mp3")
    storage.delete_many([key])

    copied = storage.stat("public/elsewhere/1/copy.mp3")
    assert copied is not None
    assert copied.content_type == MP3
    assert whole(storage, copied.key) == HUNDRED


def test_copying_what_is_not_there_fails(storage: Storage, key: str) -> None:
    with pytest.raises(StorageFailed):
        storage.copy(key, "public/elsewhere/1/copy.mp3")


def test_what_is_deleted_is_gone_and_the_rest_stays(
    storage: Storage, file: MakeFile
) -> None:
    for one in ("public/a/1", "public/a/2", "public/a/3"):
        storage.put_file(file(HUNDRED), one, MP3)

    storage.delete_many(["public/a/1", "public/a/3", "public/a/never"])

    assert [stored.key for stored in storage.objects("public/")] == ["public/a/2"]


def test_a_prefix_is_deleted_as_a_whole(storage: Storage, file: MakeFile) -> None:
    for one in ("public/a/1/x", "public/a/2/x", "public/ab/1/x"):
        storage.put_file(file(HUNDRED), one, MP3)

    deleted = storage.delete_prefix("public/a/")

    assert deleted == 2
    assert [stored.key for stored in storage.objects("public/")] == ["public/ab/1/x"]


def test_deleting_nothing_is_no_error(storage: Storage) -> None:
    storage.delete_many([])

    assert storage.delete_prefix("public/nowhere/") == 0


def test_it_can_be_prepared_again(storage: Storage, key: str, file: MakeFile) -> None:
    storage.put_file(file(HUNDRED), key, MP3)

    storage.prepare()

    assert whole(storage, key) == HUNDRED


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "public",
        "public/",
        "/public/a",
        "public//a",
        "public/../private/a",
        "public/a/..",
        "public/.a",
        "other/a",
        "public/A",
        "public/a b",
        "public/a\n",
        "public/ä",
        "public/a\\b",
        "public/" + "a" * 600,
    ],
)
def test_a_key_that_could_lead_astray_is_refused(
    storage: Storage, file: MakeFile, bad: str
) -> None:
    with pytest.raises(StorageFailed):
        storage.put_file(file(HUNDRED), bad, MP3)
    with pytest.raises(StorageFailed):
        storage.stat(bad)
    with pytest.raises(StorageFailed):
        storage.open_range(bad)
    with pytest.raises(StorageFailed):
        storage.delete_many([bad])


@given(key=KEYS, content=st.binary(max_size=200))
@hypothesis_settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_every_good_key_keeps_every_content(
    storage: Storage, file: MakeFile, key: str, content: bytes
) -> None:
    storage.put_file(file(content), key, MP3)

    found = [stored.key for stored in storage.objects(key)]

    assert key in found
    assert whole(storage, key) == content
    storage.delete_many([key])
