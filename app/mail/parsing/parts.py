"""A mail is a tree of parts, and even a felled tree still has its wood (RFC 2046)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from app.mail.parsing import charsets, headers, parameters

MOST_PARTS = 5_000
DEEPEST = 100
NO_PARTS = "A multipart holds no parts; it was read as text."
GUESS_WINDOW = 256 * 1024
_GUESS = re.compile(rb"(?:^|\n)--([^\r\n]{1,200}?)[ \t]*\r?\n(?:[ \t]*\r?\n)?content-[a-z-]+[ \t]*:", re.IGNORECASE)


@dataclass(slots=True)
class Part:
    """One part: raw header fields, its kind, and where its body lies in the message's bytes."""

    fields: list[tuple[bytes, bytes]]
    kind: str
    parameters: dict[str, str]
    disposition: str
    disposition_parameters: dict[str, str]
    encoding: str
    start: int
    end: int
    depth: int
    within: str
    children: list[Part] = field(default_factory=list)

    def header(self, name: str) -> str:
        """The first header of this name, unfolded, not decoded, or ""."""
        wanted = name.lower().encode()
        return next((_readable(value) for key, value in self.fields if key.lower() == wanted), "")

    @property
    def file_name(self) -> str:
        return self.disposition_parameters.get("filename") or self.parameters.get("name") or ""

    @property
    def is_multipart(self) -> bool:
        return self.kind.startswith("multipart/")


def grow(raw: bytes) -> tuple[Part, list[str]]:
    """The tree of `raw` (line ends CRLF or LF) and what was broken in it. Linear; never raises.

    At most `MOST_PARTS` parts in `DEEPEST` levels are opened; what lies beyond stays closed inside its parent.
    """
    forest = _Forest(raw)
    root = forest.open(0, 0, "")
    forest.grow(root)
    return root, list(dict.fromkeys(forest.defects))


class _Forest:
    """The multiparts that are open while one message is read from top to bottom."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.defects: list[str] = []
        self.stack: list[tuple[bytes, Part]] = []
        self.levels: dict[bytes, list[int]] = {}
        self.count = 0
        self.root: Part | None = None

    def open(self, start: int, depth: int, within: str) -> Part:
        known = frozenset(self.levels) | {name + b"--" for name in self.levels}
        block = headers.split(self.raw, start, len(self.raw), known)
        self.defects += block.defects
        self.count += 1
        return _describe(block, depth, within, self.defects)

    def grow(self, root: Part, end: int = -1) -> None:
        end = len(self.raw) if end < 0 else end
        self.root = root
        if root.is_multipart:
            self.enter(root, guess_from=end)
        at = root.start
        while self.stack:
            at = _next_delimiter(self.raw, at, end)
            if at < 0:
                break
            stop = self.raw.find(b"\n", at, end)
            following = end if stop < 0 else stop + 1
            name = self.raw[at + 2 : following].rstrip(b" \t\r\n")
            closing = name not in self.levels and name[-2:] == b"--" and name[:-2] in self.levels
            name = name[:-2] if closing else name
            if name not in self.levels:
                at = following
                continue
            level = self.levels[name][-1]
            self.close(level if closing else level + 1, at)
            if closing:
                at = following
                continue
            if self.count >= MOST_PARTS:
                self.defects.append(f"There are more than {MOST_PARTS} parts; the rest was not opened.")
                break
            at = self.branch(self.stack[level][1], at, following)
        if self.stack:
            self.defects.append("A multipart has no closing boundary; it was closed at its end.")
            self.close(0, end)
        _finish(self.raw, root, end)
        if root.is_multipart and not root.children:
            self.defects.append(NO_PARTS)
            root.kind = "text/plain"

    def branch(self, parent: Part, at: int, following: int) -> int:
        """A new child of `parent` begins at `following`; where to read on."""
        if parent.children:
            _finish(self.raw, parent.children[-1], at)
        child = self.open(following, parent.depth + 1, parent.kind)
        parent.children.append(child)
        if child.is_multipart:
            if child.depth >= DEEPEST:
                self.defects.append(f"Parts are nested deeper than {DEEPEST} levels; the inner ones were not opened.")
                child.kind = "application/octet-stream"
            else:
                self.enter(child)
        return child.start

    def enter(self, part: Part, guess_from: int = -1) -> None:
        boundary = part.parameters.get("boundary", "").rstrip(" \t").encode("utf-8", "replace")
        if guess_from >= 0 and (not boundary or self.raw.find(b"--" + boundary, part.start, guess_from) < 0):
            guess = _GUESS.search(self.raw, max(part.start - 1, 0), min(guess_from, part.start + GUESS_WINDOW))
            if guess is None:
                self.defects.append(NO_PARTS)
                part.kind = "text/plain"
                return
            self.defects.append("A multipart does not use the boundary that it names; another one was found.")
            boundary = guess.group(1).rstrip()
        boundary = boundary or b"\n"  # matches no line: the part is looked at again when its end is known
        self.levels.setdefault(boundary, []).append(len(self.stack))
        self.stack.append((boundary, part))

    def close(self, level: int, at: int) -> None:
        """Every multipart from `level` up ends here, and with it the part that was being read."""
        regrow: list[Part] = []
        while len(self.stack) > level:
            boundary, part = self.stack.pop()
            self.levels[boundary].pop()
            if not self.levels[boundary]:
                del self.levels[boundary]
            if part.children:
                _finish(self.raw, part.children[-1], at)
            elif part is not self.root:
                regrow.append(part)
            _finish(self.raw, part, at)
        for part in regrow:
            inner = _Forest(self.raw)
            inner.count = self.count
            inner.grow(part, part.end)
            self.count = inner.count
            self.defects += inner.defects


def _finish(raw: bytes, part: Part, at: int) -> None:
    """`part` ends before the line break that belongs to the delimiter at `at`."""
    if part.end >= 0:
        return
    end = at
    if at < len(raw) and raw[end - 1 : end] == b"\n":
        end -= 2 if raw[end - 2 : end - 1] == b"\r" else 1
    part.end = max(part.start, end)


def _next_delimiter(raw: bytes, at: int, end: int) -> int:
    """Where the next line that begins with two hyphens begins, or -1."""
    if raw[at : at + 2] == b"--" and (at == 0 or raw[at - 1 : at] == b"\n"):
        return at
    found = raw.find(b"\n--", max(at - 1, 0), end)
    return found + 1 if found >= 0 else -1


def _describe(block: headers.Block, depth: int, within: str, defects: list[str]) -> Part:
    found: dict[bytes, bytes] = {}
    for name, value in block.fields:
        found.setdefault(name.lower(), value)
    default = "message/rfc822" if within == "multipart/digest" else "text/plain"
    kind, kind_parameters = parameters.read(_readable(found.get(b"content-type", b"")))
    if not kind:
        kind = default
    elif "/" not in kind:
        kind = {"text": "text/plain", "html": "text/html", "multipart": "multipart/mixed"}.get(kind, default)
        defects.append("A Content-Type is not valid.")
    disposition, disposition_parameters = parameters.read(_readable(found.get(b"content-disposition", b"")))
    encoding = _readable(found.get(b"content-transfer-encoding", b"")).strip().lower()
    return Part(
        block.fields,
        kind,
        kind_parameters,
        disposition,
        disposition_parameters,
        encoding,
        block.body,
        -1,
        depth,
        within,
    )


def _readable(value: bytes) -> str:
    return value.decode("ascii") if value.isascii() else charsets.decode(value, None)[0]
