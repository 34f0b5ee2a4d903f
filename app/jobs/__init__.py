"""The door to DBOS: durable work, each piece under one name. Nobody else opens it.

Anybody may enqueue; only a worker launches DBOS and does the work. What the work is
lies above us, in `actions`, so the worker hands it in.
"""

from app.jobs.aside import lay_aside, resume_laid_aside
from app.jobs.door import client, prepare
from app.jobs.queueing import (
    ASIDE,
    MEDIA,
    OVER,
    QUEUES,
    QUICK,
    bring_here,
    cancel,
    chunk_id,
    enqueue_chunk,
    enqueue_finish,
    enqueue_processing,
    enqueue_redo,
    enqueue_renewal,
    enqueue_retagging,
    enqueue_transcription,
    executors,
    finish_id,
    forget_finished,
    outputs,
    redo_id,
    resume,
    states,
    take_over,
)
from app.jobs.retrying import retry
from app.jobs.working import (
    GO_ON,
    LISTEN,
    Interrupted,
    TryAgain,
    Work,
    working,
)

__all__ = [
    "ASIDE",
    "GO_ON",
    "LISTEN",
    "MEDIA",
    "OVER",
    "QUEUES",
    "QUICK",
    "Interrupted",
    "TryAgain",
    "Work",
    "bring_here",
    "cancel",
    "chunk_id",
    "client",
    "enqueue_chunk",
    "enqueue_finish",
    "enqueue_processing",
    "enqueue_redo",
    "enqueue_renewal",
    "enqueue_retagging",
    "enqueue_transcription",
    "executors",
    "finish_id",
    "forget_finished",
    "lay_aside",
    "outputs",
    "prepare",
    "redo_id",
    "resume",
    "resume_laid_aside",
    "retry",
    "states",
    "take_over",
    "working",
]
