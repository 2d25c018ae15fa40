"""Lines that a program broke for the journey flow together again (RFC 3676)."""

from __future__ import annotations


def unflow(text: str, *, delsp: bool = False) -> str:
    """`text` of format=flowed with its soft breaks undone; quote marks are kept, one run of ">" and a blank a line.

    The signature line "-- " stays as it is.
    """
    paragraphs: list[list[str]] = []
    open_depth = -1
    for line in text.split("\n"):
        line = line.rstrip("\r")
        depth = len(line) - len(line.lstrip(">"))
        body = line[depth:]
        if body[:1] == " ":
            body = body[1:]
        flows = body.endswith(" ") and body != "-- "
        shown = body[:-1] if flows and delsp else body
        if open_depth == depth and body != "-- ":
            paragraphs[-1].append(shown)
        else:
            paragraphs.append([f"{'>' * depth} {shown}" if depth else shown])
        open_depth = depth if flows else -1
    return "\n".join("".join(pieces) for pieces in paragraphs)
