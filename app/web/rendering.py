"""Pages and fragments from templates: always escaped, always in the reader's language."""

from __future__ import annotations

import functools
import os
from pathlib import Path
from typing import Any

import jinja2
import msgspec
from litestar import Response
from litestar.enums import MediaType

from app.core import words
from app.web import components, dates
from app.web.readers import reader

APP = Path(__file__).parent.parent
BUILD = APP / "web" / "static" / "build"
ADDRESS = "/static/build/"
ABSENT: dict[str, Any] = {"shell": None, "toasts": [], "reference": "", "house": ""}
"""What a page may leave out; everything else that a template names must be given."""


@functools.lru_cache(maxsize=2)
def _manifest(changed_ns: int) -> dict[str, str]:
    return msgspec.json.decode((BUILD / "manifest.json").read_bytes(), type=dict[str, str])


def asset(name: str) -> str:
    """The address of a built file by its plain name, with the hash of its content so that it can be kept for ever.

    Before the first build the plain name is answered, so that templates also render in tests."""
    try:
        changed = os.stat(BUILD / "manifest.json").st_mtime_ns
    except FileNotFoundError:
        return ADDRESS + name
    built = _manifest(changed).get(name, name)
    return built if built.startswith("/") else ADDRESS + built


def csrf_token() -> str:
    return reader().csrf


@functools.cache
def environment() -> jinja2.Environment:
    """One for the process. Templates are named by slice: `web/shell.html`, `desk/ticket.html`."""
    folders = sorted(APP.glob("*/templates"))
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folders),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"],
    )
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_callables(words._, words.ngettext, newstyle=True)  # type: ignore[attr-defined]  # by the i18n extension
    made.globals.update(asset=asset, csrf_token=csrf_token, reader=reader, tone_of=components.tone_of)
    made.filters.update(
        ago=dates.ago,
        moment=dates.moment,
        clock_time=dates.clock_time,
        day=dates.day,
        on_day=dates.on_day,
        on_date=dates.on_date,
        exact=dates.exact,
        long_date=dates.long_date,
        relative=dates.relative,
        size=dates.size,
        number=dates.number,
        initials=components.initials,
    )
    return made


def render(template: str, **context: Any) -> str:
    """The text of a template; strict about names that are not given."""
    return environment().get_template(template).render({**ABSENT, **context})


def page(template: str, *, status: int = 200, headers: dict[str, str] | None = None, **context: Any) -> Response[str]:
    """A whole page. Pages inside the house take `shell=`; without one they stand alone (sign-in, plain errors)."""
    return Response(
        render(template, **context),
        status_code=status,
        media_type=MediaType.HTML,
        headers={"Vary": "HX-Request", "Cache-Control": "no-store", **(headers or {})},
    )


def fragment(
    template: str, *, status: int = 200, headers: dict[str, str] | None = None, **context: Any
) -> Response[str]:
    """A part of a page for htmx; the same context as on the page it belongs to."""
    return page(template, status=status, headers=headers, **context)
