"""Charts as files: SVG, PNG, PDF and HTML, drawn by vl-convert, which is an extra of the installation."""

from __future__ import annotations

import base64
import hashlib
import html
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import msgspec

from chronology.errors import Refused, Unavailable, Usage

__all__ = ["bundle", "checked_suffix", "json_in_html", "library", "rendered", "script_source"]

_SUFFIXES: Final = (".svg", ".png", ".pdf", ".html", ".json")
"""What a chart can be written as, by the end of the file's name; JSON is the specification with its data."""

_PNG_SCALE: Final = 2

_PAGE: Final = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy"
      content="default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'">
<title>{title}</title>
<div id="chart"></div>
<script>{bundle}</script>
<script>{script}</script>
</html>
"""


def checked_suffix(out: Path) -> str:
    """The end of a file's name. Raises Usage for what a chart cannot be written as."""
    suffix = out.suffix.lower()
    if suffix not in _SUFFIXES:
        raise Usage(f"-o {out}: a chart is written as {', '.join(_SUFFIXES)}; expected such as -o toll.svg")
    return suffix


def library() -> ModuleType:
    """The module vl_convert. Raises Unavailable where it is not installed."""
    try:
        return import_module("vl_convert")
    except ImportError as error:
        raise Unavailable(
            "charts are drawn by vl-convert, which is not here; pip install 'chronology[charts]'"
        ) from error


def rendered(spec: dict[str, Any], suffix: str) -> bytes:
    """A filled chart as the bytes of a file.

    Raises Refused where it cannot be drawn, Unavailable where vl-convert is not installed.
    """
    if suffix == ".json":
        return msgspec.json.format(msgspec.json.encode(spec)) + b"\n"
    converter = library()
    try:
        match suffix:
            case ".svg":
                return str(converter.vegalite_to_svg(spec, allowed_base_urls=[])).encode()
            case ".png":
                return bytes(converter.vegalite_to_png(spec, scale=_PNG_SCALE, allowed_base_urls=[]))
            case ".pdf":
                return bytes(converter.vegalite_to_pdf(spec, allowed_base_urls=[]))
            case _:
                converter.vegalite_to_vega(spec)  # what cannot be drawn is said here, and not in a browser
                return _page_of(spec).encode()
    except ValueError as error:
        first = str(error).strip().split("\n")[0]
        raise Refused(f"the chart cannot be drawn ({first}); check its file against Vega-Lite") from error


def bundle() -> str:
    """The JavaScript of Vega, Vega-Lite and Vega-Embed, for a page. Raises Unavailable without vl-convert."""
    return str(library().javascript_bundle()).replace("</script", "<\\/script")


def json_in_html(value: object) -> str:
    """A value as JSON that can stand in a script of a page: no text in it ends the script."""
    text = msgspec.json.encode(value, enc_hook=str).decode()
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def script_source(script: str) -> str:
    """The source by which a content security policy allows this one script."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def _page_of(spec: dict[str, Any]) -> str:
    """A page that holds a chart and all it needs."""
    title = spec.get("title", "")
    script = f"vegaEmbed('#chart', {json_in_html(spec)}, {{ast: true, actions: false, renderer: 'svg', logLevel: 1}});"
    library = bundle()
    return _PAGE.format(
        title=html.escape(str(title.get("text", "") if isinstance(title, dict) else title)),
        allowed=f"{script_source(library)} {script_source(script)}",
        bundle=library,
        script=script,
    )
