"""What the parser found, as JSON between two processes and back: nothing else can be said.

By specification/security, rule 24.
"""

import enum
import json
import types
import typing
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

from webinars.replies.parser.mime import ReceivedMessage


def text_of(arrival: ReceivedMessage) -> str:
    """The arrival as JSON, in ASCII."""
    return json.dumps(_plain(arrival))


def arrival_of(text: str | bytes) -> ReceivedMessage:
    """The arrival; raises ValueError for what is none."""
    try:
        arrival: ReceivedMessage = _value(ReceivedMessage, json.loads(text))
    except (TypeError, LookupError, AttributeError, RecursionError) as error:
        raise ValueError("no arrival") from error
    return arrival


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple | frozenset):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, datetime) else value


def _value(kind: Any, plain: Any) -> Any:
    """The plain value as what the annotation says it is."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        others = [one for one in inner if one is not type(None)]
        return None if plain is None and len(others) < len(inner) else _value(others[0], plain)
    if origin in (tuple, frozenset):
        return origin(_value(inner[0], one) for one in plain)
    if is_dataclass(kind):
        hints, make = typing.get_type_hints(kind), typing.cast("Any", kind)
        return make(**{field.name: _value(hints[field.name], plain[field.name]) for field in fields(kind)})
    if kind is datetime:
        return datetime.fromisoformat(plain)
    if issubclass(kind, enum.Enum):
        return kind(plain)
    if type(plain) is not kind:
        raise TypeError(f"no {kind}")
    return plain
