import os
import resource
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from media_pipeline.errors import StorageFailed
from media_pipeline.storage.local import OWN_FOLDER, LocalStorage

MakeFile = Callable[[bytes], Path]
MP3 = "audio/mpeg"
KEY = "private/2b5a/1/recording"


@contextmanager
def full_after(count: int) -> Iterator[None]:
    """No file may grow beyond so many bytes, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (count, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


def signed(storage: LocalStorage, ttl_seconds: int = 60, **more: str) -> dict[str, str]:
    query = urlsplit(storage.signed_url(KEY, ttl_seconds, **more)).query
    return {name: values[0] for name, values in parse_qs(query).items()}


def everything_in(storage: LocalStorage) -> list[Path]:
    return [path for path in storage.folder.rglob("*") if path.is_file()]


def test_a_disk_that_is_full_leaves_nothing_behind(
    folder: LocalStorage, file: MakeFile
) -> None:
    recording = file(bytes(100_000))

    with full_after(50_000), pytest.raises(StorageFailed):
        folder.put_file(recording, KEY, MP3)

    assert everything_in(folder) == []


def test_a_disk_that_is_full_keeps_what_was_there(
    folder: LocalStorage, file: MakeFile
) -> None:
    folder.put_file(file(b"first"), KEY, MP3)
    longer = file(bytes(100_000))

    with full_after(50_000), pytest.raises(StorageFailed):
        folder.put_file(longer, KEY, MP3)

    assert folder.path(KEY).read_bytes() == b"first"


def test_fetching_to_a_full_disk_leaves_no_half_file(
    folder: LocalStorage,
    file: MakeFile,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder.put_file(file(bytes(100_000)), KEY, MP3)
    monkeypatch.setattr(os, "link", no_link)

    with full_after(50_000), pytest.raises(StorageFailed):
        folder.fetch(KEY, tmp_path / "wanted")

    assert not (tmp_path / "wanted").exists()


def no_link(*_: object) -> None:
    raise OSError("another disk")


def test_fetching_costs_no_space(
    folder: LocalStorage, file: MakeFile, tmp_path: Path
) -> None:
    folder.put_file(file(b"sound"), KEY, MP3)

    folder.fetch(KEY, tmp_path / "wanted")

    assert (tmp_path / "wanted").samefile(folder.path(KEY))


def test_between_two_disks_it_copies(
    folder: LocalStorage,
    file: MakeFile,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "link", no_link)

    folder.put_file(file(b"sound"), KEY, MP3, handed_over=True)
    folder.fetch(KEY, tmp_path / "wanted")

    assert (tmp_path / "wanted").read_bytes() == b"sound"


def test_what_was_handed_over_is_not_copied(
    folder: LocalStorage, file: MakeFile
) -> None:
    upload = file(b"sound")

    folder.put_file(upload, KEY, MP3, handed_over=True)

    assert upload.samefile(folder.path(KEY))


def test_what_was_handed_over_can_still_be_opened_by_its_owner(
    folder: LocalStorage, file: MakeFile
) -> None:
    upload = file(b"sound")
    upload.chmod(0o600)

    folder.put_file(upload, KEY, MP3, handed_over=True)

    assert upload.stat().st_mode & 0o777 == 0o600


def test_what_was_handed_over_counts_as_new(
    folder: LocalStorage, file: MakeFile
) -> None:
    upload = file(b"sound")
    os.utime(upload, (0, 0))

    folder.put_file(upload, KEY, MP3, handed_over=True)

    stored = folder.stat(KEY)
    assert stored is not None
    assert time.time() - stored.modified_at.timestamp() < 60


def test_objects_are_closed_to_strangers_and_to_mistakes(
    folder: LocalStorage, file: MakeFile
) -> None:
    folder.put_file(file(b"a confession"), KEY, MP3)

    assert folder.path(KEY).stat().st_mode & 0o777 == 0o440


def test_folders_go_with_their_last_object(
    folder: LocalStorage, file: MakeFile
) -> None:
    folder.put_file(file(b"sound"), KEY, MP3)

    folder.delete_many([KEY])

    assert [path.name for path in folder.folder.iterdir()] == [OWN_FOLDER]


def test_a_folder_that_vanishes_meanwhile_is_made_again(
    folder: LocalStorage, file: MakeFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = os.replace

    def removed_by_another(source: Path, target: Path) -> None:
        target.parent.rmdir()
        monkeypatch.setattr(os, "replace", replace)
        replace(source, target)

    monkeypatch.setattr(os, "replace", removed_by_another)
    folder.put_file(file(b"sound"), KEY, MP3)

    assert folder.path(KEY).read_bytes() == b"sound"


def test_preparing_sweeps_only_what_is_dead(folder: LocalStorage) -> None:
    dead, alive = (folder.folder / OWN_FOLDER / name for name in ("dead", "alive"))
    dead.touch()
    alive.touch()
    os.utime(dead, (0, 0))

    folder.prepare()

    assert (dead.exists(), alive.exists()) == (False, True)


def test_what_is_unfinished_is_no_object(folder: LocalStorage) -> None:
    (folder.folder / OWN_FOLDER / "half").touch()

    assert list(folder.objects("")) == []


def test_a_link_that_leads_out_is_not_followed(
    folder: LocalStorage, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("hush")
    (folder.folder / "public").mkdir()
    (folder.folder / "public/a").symlink_to(tmp_path / "secret")

    with pytest.raises(StorageFailed):
        folder.open_range("public/a")

    assert list(folder.objects("public/")) == []


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    storage = LocalStorage(tmp_path / "file", served_at="", secret=b"")

    with pytest.raises(StorageFailed, match="file"):
        storage.prepare()


def test_its_own_signature_opens(folder: LocalStorage) -> None:
    query = signed(folder)

    assert folder.verify(KEY, int(query["expires"]), query["signature"])


def test_a_signature_ends(folder: LocalStorage) -> None:
    query = signed(folder, ttl_seconds=-1)

    assert not folder.verify(KEY, int(query["expires"]), query["signature"])


def test_a_signature_is_for_one_key_one_end_and_one_secret(
    folder: LocalStorage,
) -> None:
    query = signed(folder)
    expires, signature = int(query["expires"]), query["signature"]
    other = LocalStorage(folder.folder, served_at="", secret=b"other")

    assert not folder.verify("private/2b5a/1/another", expires, signature)
    assert not folder.verify(KEY, expires + 1, signature)
    assert not other.verify(KEY, expires, signature)


def test_a_signature_covers_the_name_of_a_download(folder: LocalStorage) -> None:
    query = signed(folder, disposition='attachment; filename="talk.mp3"')
    expires, signature = int(query["expires"]), query["signature"]

    assert folder.verify(KEY, expires, signature, query["disposition"])
    assert not folder.verify(KEY, expires, signature, "inline")


@pytest.mark.parametrize("nonsense", ["", "x", "ü" * 64, "\ud800"])
def test_nonsense_is_no_signature(folder: LocalStorage, nonsense: str) -> None:
    assert not folder.verify(KEY, int(time.time()) + 60, nonsense)


def test_public_addresses_lead_to_the_site(folder: LocalStorage) -> None:
    address = folder.public_url("public/a/1/b.mp3")

    assert address == "https://cast.example/media/public/a/1/b.mp3"
