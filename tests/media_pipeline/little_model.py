"""A Whisper model of a few kilobytes of sense: real layers, random weights.

Whatever it hears, it says the same two sentences, because what it says hangs on the
position alone. Everything else is as in a large model: its files, its encoder, its
attention, its special tokens and its timestamps. Only its other words are missing.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
from ctranslate2.specs import WhisperSpec
from faster_whisper.tokenizer import _LANGUAGE_CODES

SAYS = ("Welcome to the session.", "Thank you for coming.")
HEARS = "de"  # the language, when nobody says which

_WIDTH, _HEADS, _MELS = 32, 2, 80
_WORDS = " ".join(SAYS).split()
_MANY_LANGUAGES = ""  # the token by which one tells such models
_ENDS = ["<|endoftext|>", "<|startoftranscript|>"]
_LANGUAGES = [f"<|{code}|>" for code in _LANGUAGE_CODES]
_TASKS = ["translate", "transcribe", "startoflm", "startofprev", "nospeech"]
_SPECIAL = [*_ENDS, *_LANGUAGES, *(f"<|{name}|>" for name in _TASKS)]
_TIMES = [f"<|{number * 0.02:.2f}|>" for number in range(1501)]
_PROMPT = [f"<|{HEARS}|>", "<|transcribe|>"]  # what models of many languages answer
_LOUD = 4.0

Array = np.ndarray[Any, np.dtype[np.float32]]


def make_model(folder: Path, *, multilingual: bool = True) -> Path:
    """Write one; it is the same every time."""
    folder.mkdir(parents=True)
    rest = [_MANY_LANGUAGES] if multilingual else []
    tokens = [*_WORDS, "?", *rest, *_SPECIAL, "<|notimestamps|>", *_TIMES]
    spec = WhisperSpec(1, _HEADS, 1, _HEADS)
    _fill(spec, tokens, _script(tokens)[0 if multilingual else len(_PROMPT) :])
    spec.register_vocabulary(tokens)
    spec.config.lang_ids = [tokens.index(token) for token in _LANGUAGES]
    spec.config.alignment_heads = [[0, 0]]
    spec.config.suppress_ids, spec.config.suppress_ids_begin = [], []
    spec.validate()
    spec.save(str(folder))
    (folder / "tokenizer.json").write_text(json.dumps(_tokenizer(tokens)))
    hearing = {"feature_size": _MELS, "hop_length": 160, "n_fft": 400}
    (folder / "preprocessor_config.json").write_text(json.dumps(hearing))
    return folder


def _tokenizer(tokens: list[str]) -> dict[str, Any]:
    plain = {"single_word": False, "lstrip": False, "rstrip": False}
    special = {**plain, "normalized": False, "special": True}
    named = [*_SPECIAL, "<|notimestamps|>"]
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {"id": tokens.index(token), "content": token, **special} for token in named
        ],
        "normalizer": None,
        "pre_tokenizer": {"type": "WhitespaceSplit"},
        "post_processor": None,
        "decoder": None,
        "model": {
            "type": "WordLevel",
            "vocab": {token: number for number, token in enumerate(tokens)},
            "unk_token": "?",
        },
    }


def _script(tokens: list[str]) -> list[int]:
    """The tokens of each position: a language, a task, two sentences with times."""
    first, second = (sentence.split() for sentence in SAYS)
    turns = ["<|0.00|>", *first, "<|1.50|>", "<|1.50|>", *second, "<|3.00|>"]
    said = [*_PROMPT, *turns, "<|endoftext|>"]
    return [tokens.index(token) for token in said]


def _fill(spec: Any, tokens: list[str], script: list[int]) -> None:
    chance = np.random.default_rng(7)
    _fill_layers(spec.encoder, chance)
    _fill_layers(spec.decoder, chance)
    conv1, conv2 = spec.encoder.conv1, spec.encoder.conv2
    conv1.weight, conv1.bias = _some(chance, _WIDTH, _MELS, 3), _some(chance, _WIDTH)
    conv2.weight, conv2.bias = _some(chance, _WIDTH, _WIDTH, 3), _some(chance, _WIDTH)
    spec.encoder.position_encodings.encodings = _some(chance, 1500, _WIDTH)
    spec.decoder.embeddings.weight = _some(chance, len(tokens), _WIDTH)
    positions, says = _some(chance, 448, _WIDTH), _some(chance, len(tokens), _WIDTH)
    for position, token in enumerate(script):
        positions[position, position] = says[token, position] = _LOUD
    spec.decoder.position_encodings.encodings = positions
    spec.decoder.projection.weight = says


def _fill_layers(half: Any, chance: np.random.Generator) -> None:
    _fill_norm(half.layer_norm)
    for layer in half.layer:
        _fill_attention(layer.self_attention, chance)
        if hasattr(layer, "attention"):
            _fill_attention(layer.attention, chance)
        _fill_norm(layer.ffn.layer_norm)
        for linear, shape in (
            (layer.ffn.linear_0, (4 * _WIDTH, _WIDTH)),
            (layer.ffn.linear_1, (_WIDTH, 4 * _WIDTH)),
        ):
            linear.weight, linear.bias = _some(chance, *shape), _some(chance, shape[0])


def _fill_attention(attention: Any, chance: np.random.Generator) -> None:
    _fill_norm(attention.layer_norm)
    # Questions, keys and values together; or the questions apart from the rest.
    rows = [3, 1] if len(attention.linear) == 2 else [1, 2, 1]
    for linear, count in zip(attention.linear, rows, strict=True):
        linear.weight = _some(chance, count * _WIDTH, _WIDTH)
        linear.bias = _some(chance, count * _WIDTH)


def _fill_norm(norm: Any) -> None:
    norm.gamma, norm.beta = np.ones(_WIDTH, np.float32), np.zeros(_WIDTH, np.float32)


def _some(chance: np.random.Generator, *shape: int) -> Array:
    return (0.01 * chance.standard_normal(shape)).astype(np.float32)
