"""What was learnt about a recording, kept as plain JSON: other machines need it too."""

from typing import Any

from pydantic import TypeAdapter, ValidationError

from media_pipeline.entrance.admission import Admission

_ADMISSION = TypeAdapter(Admission)


def written_admission(admission: Admission) -> dict[str, Any]:
    """As it stands in the row."""
    kept: dict[str, Any] = _ADMISSION.dump_python(admission, mode="json")
    return kept


def read_admission(kept: dict[str, Any] | None) -> Admission | None:
    """The same again, or None when another version of us has written it."""
    try:
        return _ADMISSION.validate_python(kept) if kept else None
    except ValidationError:
        return None
