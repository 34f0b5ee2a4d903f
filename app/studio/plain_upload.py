"""A recording in an ordinary form: streamed to the disk like every other upload."""

from contextlib import ExitStack
from dataclasses import dataclass, field

from anyio.to_thread import run_sync
from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from app.actions import uploading
from app.actions.upload_file import Appending
from app.actions.uploading import Plan
from app.errors import BadRequest, NotAllowed
from app.models import Upload
from app.platform import Platform
from app.studio.posting import CSRF_FIELD, OUTDATED
from app.studio.receiving import blocks
from app.studio.session import Visit

LARGEST_FIELDS = 64 * 1024  # bytes, all of them together
INCOMPLETE = "This form did not arrive whole. Please choose the file again."


@dataclass(frozen=True, slots=True)
class Received:
    """The fields of a form, and the upload that its file has become."""

    fields: dict[str, str]
    upload_id: str
    filename: str

    @property
    def consent_held(self) -> bool:
        """Whether the sender says that everyone heard in it has agreed."""
        return bool(self.fields.get("consent"))

    def forget(self, platform: Platform) -> None:
        """Keep nothing of it."""
        with platform.database.reading() as session:
            upload = session.get_one(Upload, self.upload_id)
        uploading.end(platform, upload)

    def belongs_to(self, platform: Platform, episode_id: str) -> None:
        """Say which episode it is the recording of."""
        with platform.database.session() as session:
            upload = session.get_one(Upload, self.upload_id)
            upload.episode_id = episode_id
            upload.consent_held = self.consent_held


async def receive_form(request: Request, platform: Platform, visit: Visit) -> Received:
    """Read a form whose last field is a file. Its token must come before the file."""
    form = _Form(request.headers.get("content-type", ""))
    upload = await run_sync(uploading.begin, platform, Plan(visit.user.id))
    try:
        with ExitStack() as holding:
            place = uploading.open_at(platform, upload, 0)
            end = await run_sync(holding.enter_context, place)
            await _fill(request, form, visit, end)
            _insist_on_whole(form, end)
            await run_sync(end.keep)
        await run_sync(_finish, platform, upload, form.filename, end.size)
    except BaseException:
        await run_sync(uploading.end, platform, upload)
        raise
    return Received(form.fields, upload.id, form.filename)


@dataclass(slots=True)
class _Form:
    """What the parser tells, piece by piece."""

    content_type: str
    fields: dict[str, str] = field(default_factory=dict)
    filename: str = ""
    is_whole: bool = False
    in_file: bool = False
    waiting: bytearray = field(default_factory=bytearray)  # of the file
    _name: str = ""
    _value: bytearray = field(default_factory=bytearray)
    _header: bytearray = field(default_factory=bytearray)
    _headers: dict[bytes, bytes] = field(default_factory=dict)
    _size: int = 0  # of all fields

    def parser(self) -> MultipartParser:
        kind, options = parse_options_header(self.content_type)
        boundary = options.get(b"boundary")
        if kind != b"multipart/form-data" or not boundary:
            raise BadRequest(INCOMPLETE)
        return MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._hear_header,
                "on_header_value": self._hear_value,
                "on_header_end": self._header.clear,
                "on_headers_finished": self._name_part,
                "on_part_data": self._take,
                "on_part_end": self._close,
                "on_end": self._end,
            },
        )

    def _begin(self) -> None:
        self._headers.clear()
        self._header.clear()
        self._value.clear()
        self._name, self.in_file = "", False

    def _hear_header(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _hear_value(self, data: bytes, start: int, end: int) -> None:
        name = bytes(self._header).lower()
        self._headers[name] = self._headers.get(name, b"") + data[start:end]

    def _name_part(self) -> None:
        _, options = parse_options_header(
            self._headers.get(b"content-disposition", b"")
        )
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        self.in_file = b"filename" in options
        if self.in_file and self.filename:
            raise BadRequest("Please send one recording at a time.")
        if self.in_file:
            self.filename = options[b"filename"].decode("utf-8", "replace")

    def _take(self, data: bytes, start: int, end: int) -> None:
        if self.in_file:
            self.waiting += data[start:end]
            return
        self._size += end - start
        if self._size > LARGEST_FIELDS:
            raise BadRequest(INCOMPLETE)
        self._value += data[start:end]

    def _close(self) -> None:
        if not self.in_file:
            self.fields[self._name] = self._value.decode("utf-8", "replace")

    def _end(self) -> None:
        self.is_whole = True


async def _fill(request: Request, form: _Form, visit: Visit, end: Appending) -> None:
    parser = form.parser()
    async for block in blocks(request):
        try:
            parser.write(block)
        except FormParserError as error:
            raise BadRequest(INCOMPLETE) from error
        if form.waiting:
            if not visit.wrote(form.fields.get(CSRF_FIELD)):
                raise NotAllowed(OUTDATED, cause="no valid csrf token")
            await run_sync(end.write, bytes(form.waiting))
            form.waiting.clear()


def _insist_on_whole(form: _Form, end: Appending) -> None:
    if not form.is_whole:
        raise BadRequest(INCOMPLETE)
    if end.size == 0:
        raise BadRequest("Please choose a recording that is not empty.")


def _finish(platform: Platform, upload: Upload, filename: str, size: int) -> None:
    with platform.database.session() as session:
        row = session.get_one(Upload, upload.id)
        row.length, row.filename = size, filename
    uploading.settle(platform, upload.id)
