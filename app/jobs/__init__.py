"""The door to DBOS: durable work, each piece under one name. Nobody else opens it.

Anybody may enqueue; only a worker launches DBOS and does the work. What the work is
lies above us, in `actions`, so the worker hands it in.
"""

from app.jobs.queueing import (
    APPLICATION,
    MEDIA,
    OVER,
    QUEUES,
    QUICK,
    VERSION,
    bring_here,
    cancel,
    chunk_id,
    client,
    enqueue_chunk,
    enqueue_finish,
    enqueue_processing,
    enqueue_redo,
    enqueue_retagging,
    finish_id,
    forget_finished,
    prepare,
    redo_id,
    resume,
    states,
    take_over,
)
from app.jobs.retrying import retry
from app.jobs.working import Interrupted, TryAgain, Work, working

__all__ = [
    "APPLICATION",
    "MEDIA",
    "OVER",
    "QUEUES",
    "QUICK",
    "VERSION",
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
    "enqueue_retagging",
    "finish_id",
    "forget_finished",
    "prepare",
    "redo_id",
    "resume",
    "retry",
    "states",
    "take_over",
    "working",
]
