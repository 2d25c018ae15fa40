"""Where the value of a setting comes from: the environment, a secret file, the TOML file, the data folder, or a
default.
"""

from __future__ import annotations

import difflib
import re
import tomllib
import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields
from pathlib import Path
from typing import Any, Literal

PREFIX = "FONDACO_"
SIZES = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30}
NOT_SETTINGS = {"FONDACO_CONFIG"}


class SettingsError(Exception):
    """Settings that cannot be used. Each problem names the setting, where its value came from, and what would be right."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass(frozen=True, slots=True)
class Origin:
    """Where one value came from: `place` is the variable, the file with the key in it, or empty for a default."""

    kind: Literal["environment", "secret file", "config file", "data folder", "default"]
    place: str = ""

    def __str__(self) -> str:
        return f"{self.kind} ({self.place})" if self.place else self.kind


class Wrong(ValueError):
    """What would have been right, as the end of a sentence."""


def variable(name: str) -> str:
    return PREFIX + name.upper()


def expected(field: Field[Any], kind: Any) -> str:
    """What a value of this setting looks like, for the reference and for errors."""
    low, high = field.metadata.get("low"), field.metadata.get("high")
    choices = typing.get_args(kind) if typing.get_origin(kind) is Literal else ()
    if choices:
        return "one of " + ", ".join(choices)
    if field.metadata.get("size"):
        return "a size such as 36MiB, or a number of bytes"
    if kind in (int, float):
        word = "a whole number" if kind is int else "a number"
        if low is not None and high is not None:
            return f"{word} from {low} to {high}"
        return f"{word} of at least {low}" if low is not None else word
    if kind is bool:
        return "true or false"
    if kind is Path:
        return "a path"
    return f"text of at least {low} characters" if low else "text"


def plain(kind: Any) -> Any:
    """The type without its `| None`."""
    if isinstance(kind, types.UnionType):
        return next(part for part in typing.get_args(kind) if part is not types.NoneType)
    return kind


def parse(field: Field[Any], kind: Any, raw: object) -> Any:
    """The typed value of `raw` (text, or what TOML made of it). Raises `Wrong`."""
    wrong = Wrong(expected(field, kind))
    text = str(raw).strip()
    value: Any = text
    try:
        if typing.get_origin(kind) is Literal:
            if text not in typing.get_args(kind):
                raise wrong
        elif field.metadata.get("size"):
            found = re.fullmatch(r"(\d+)\s*([a-z]*)", text.lower())
            if not found or found[2] not in SIZES:
                raise wrong
            value = int(found[1]) * SIZES[found[2]]
        elif kind is bool:
            value = {
                "true": True,
                "1": True,
                "yes": True,
                "on": True,
                "false": False,
                "0": False,
                "no": False,
                "off": False,
            }[text.lower()]
        elif kind in (int, float):
            value = kind(text)
        elif kind is Path:
            value = Path(text).expanduser()
    except (KeyError, ValueError):
        raise wrong from None
    low, high = field.metadata.get("low"), field.metadata.get("high")
    measure = len(value) if isinstance(value, str) else value
    if (low is not None and measure < low) or (high is not None and measure > high):
        raise wrong
    return value


def flatten(table: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """`[relay] host = "x"` is the same as `relay_host = "x"`."""
    flat: dict[str, Any] = {}
    for key, value in table.items():
        name = f"{above}{key}".replace("-", "_")
        flat.update(flatten(value, name + "_") if isinstance(value, dict) else {name: value})
    return flat


def suggest(unknown: str, known: list[str]) -> str:
    close = difflib.get_close_matches(unknown, known, n=1, cutoff=0.7)
    return f" Did you mean {close[0]}?" if close else ""


class Reader:
    """Reads every field of a settings class. Problems are collected, so that one start tells all of them."""

    def __init__(self, kind: type[Any], env: Mapping[str, str]) -> None:
        self.env = env
        self.fields = {field.name: field for field in fields(kind)}
        self.kinds = self.kinds_of(kind)
        self.problems: list[str] = []
        self.warnings: list[str] = []
        self.values: dict[str, Any] = {}
        self.origins: dict[str, Origin] = {}
        self.config = env.get("FONDACO_CONFIG", "")
        self.table = self._read_config()

    @staticmethod
    def kinds_of(kind: type[Any]) -> dict[str, Any]:
        """The type of each field, without `| None`."""
        return {name: plain(hint) for name, hint in typing.get_type_hints(kind).items()}

    def _read_config(self) -> dict[str, Any]:
        if not self.config:
            return {}
        try:
            return flatten(tomllib.loads(Path(self.config).read_text("utf-8")))
        except (OSError, UnicodeDecodeError) as error:
            self.problems.append(
                f"FONDACO_CONFIG names {self.config}, which cannot be read: {error}. Name a readable TOML file."
            )
        except tomllib.TOMLDecodeError as error:
            self.problems.append(f"FONDACO_CONFIG names {self.config}, which is not valid TOML: {error}.")
        return {}

    def _read_secret_file(self, name: str, path: str, place: str) -> str | None:
        try:
            return Path(path).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            self.problems.append(
                f"{place} names {path}, which cannot be read: {error}. Put the value of {name} into a readable file."
            )
            return None

    def _find(self, field: Field[Any]) -> tuple[object, Origin] | None:
        name, own = field.name, variable(field.name)
        secret = bool(field.metadata.get("secret"))
        if secret and self.env.get(own) and self.env.get(own + "_FILE"):
            self.problems.append(f"{own} and {own}_FILE are both set in the environment. Set one of them.")
            return None
        if self.env.get(own):
            return self.env[own], Origin("environment", own)
        if secret and (path := self.env.get(own + "_FILE")):
            value = self._read_secret_file(name, path, own + "_FILE")
            return None if value is None else (value, Origin("secret file", f"{own}_FILE={path}"))
        if name in self.table:
            return self.table[name], Origin("config file", f"{self.config}, {name}")
        if secret and name + "_file" in self.table:
            path = str(self.table[name + "_file"])
            value = self._read_secret_file(name, path, f"{name}_file in {self.config}")
            return None if value is None else (value, Origin("secret file", path))
        if (kept := field.metadata.get("kept")) and "home" in self.values:
            file = self.values["home"] / kept
            if file.is_file() and (value := self._read_secret_file(name, str(file), "the data folder")):
                return value, Origin("data folder", str(file))
        return None

    def read(self) -> None:
        for name, field in self.fields.items():
            found = self._find(field)
            if found is None:
                self.values[name] = field.default if field.default is not MISSING else None
                self.origins[name] = Origin("default")
                continue
            raw, origin = found
            try:
                self.values[name] = parse(field, self.kinds[name], raw)
            except Wrong as wrong:
                shown = "set" if field.metadata.get("secret") else f'"{raw}"'
                self.problems.append(f"{variable(name)} is {shown}, from the {origin}. Right would be {wrong}.")
                self.values[name] = field.default
            self.origins[name] = origin
        self._look_for_unknown()

    def _look_for_unknown(self) -> None:
        known = [variable(name) for name in self.fields]
        allowed = {
            *known,
            *NOT_SETTINGS,
            *(variable(name) + "_FILE" for name, field in self.fields.items() if field.metadata.get("secret")),
        }
        for name in sorted(self.env):
            if name.startswith(PREFIX) and name not in allowed:
                self.warnings.append(
                    f"The environment variable {name} is no setting of Fondaco and has no effect.{suggest(name, known)}"
                )
        keys = {*self.fields, *(name + "_file" for name, field in self.fields.items() if field.metadata.get("secret"))}
        for name in sorted(set(self.table) - keys):
            self.warnings.append(
                f"{name} in {self.config} is no setting of Fondaco and has no effect.{suggest(name, list(self.fields))}"
            )
