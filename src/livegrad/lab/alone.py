"""Pages of one sentence: why there is no other page. And which of the two languages a browser would rather have."""

from __future__ import annotations

import contextlib
import html

from starlette.responses import Response

from livegrad.text import LANGUAGES, Language, Text

__all__ = ["onward", "preferred", "sentence"]

_ALONE = (
    "<!doctype html><html lang={language}><meta charset=utf-8><title>livegrad</title>"
    "<meta name=viewport content='width=device-width, initial-scale=1'>{head}"
    "<body style='font:16px/1.6 system-ui,sans-serif;max-width:40rem;margin:15vh auto;padding:0 1rem'>"
    "<main><h1 style='font-size:1.2rem'>livegrad</h1><p lang=en>{en}</p><p lang=ko>{ko}</p></main></body></html>"
)
_ON = Text("Opening the lab.", "실험실을 엽니다.")


def sentence(text: Text, status: int, language: Language = "en", head: str = "") -> Response:
    """Return a page of one sentence, in both languages.

    Args:
        text: The sentence.
        status: Of the answer.
        language: Of the page as a whole.
        head: HTML for its head.

    Example:
        >>> sentence(Text("No.", "아니요."), 403).status_code
        403
    """
    told = {key: html.escape(text.say(key)) for key in LANGUAGES}
    page = _ALONE.format(language=language, head=head, **told)
    headers = {"cache-control": "no-store"}
    return Response(page, status, media_type="text/html", headers=headers)


def onward(there: str) -> Response:
    """Return a page that opens another one by itself.

    Args:
        there: Where to, on this server.

    Example:
        >>> b"url=/?view=race" in onward("/?view=race").body
        True
    """
    head = f'<meta http-equiv=refresh content="0;url={html.escape(there)}">'
    return sentence(_ON, 200, head=head)


def preferred(accepted: str) -> Language | None:
    """Return which of the two languages a browser would rather have; None if neither.

    Args:
        accepted: The header Accept-Language.

    Example:
        >>> preferred("fr, ko-KR;q=0.9, en;q=0.8")
        'ko'
    """
    found: list[tuple[float, Language]] = []
    for part in accepted.split(","):
        name, _, quality = part.strip().partition(";q=")
        language = next((one for one in LANGUAGES if name.lower().partition("-")[0] == one), None)
        with contextlib.suppress(ValueError):
            if language is not None:
                found.append((float(quality or 1), language))
    return max(found, key=lambda one: one[0])[1] if found else None
