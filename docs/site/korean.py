"""Korean for the search of Sphinx, which has none: 기울기 must find 기울기가, 기울기를 and 기울기는.

Korean words carry their particles, and Sphinx splits only at spaces. So a run of Hangul is indexed as its pairs of
neighbouring syllables, on the side of the pages and on the side of the question alike: 기울기를 is 기울, 울기 and 기를;
who asks for 기울기 asks for 기울 and 울기, and finds it whatever follows. The first syllable of a run is indexed by itself,
for words of one syllable such as 층. Words in Latin letters stay whole.
"""

from __future__ import annotations

import re

from sphinx.search import SearchLanguage

_RUNS = re.compile(r"[가-힣]+|[^\W가-힣]+")


class SearchKorean(SearchLanguage):
    """Pairs of syllables, as an index and as a question."""

    lang = "ko"
    language_name = "Korean"
    js_splitter_code = r"""
var splitQuery = (query) =>
  (query.match(/[가-힣]+|(?:(?![가-힣])[\p{L}\p{N}_])+/gu) ?? []).flatMap((run) =>
    /^[가-힣]{2,}$/.test(run) ? [...run].slice(1).map((_, k) => run.slice(k, k + 2)) : [run]);
"""

    def split(self, input: str) -> list[str]:  # noqa: A002 - Sphinx calls it so
        """Return what a text is found by."""
        return [part for run in _RUNS.findall(input) for part in _parts(run)]

    def word_filter(self, word: str) -> bool:
        """Return whether it is worth finding; one syllable is, one letter or digit is not."""
        return "가" <= word[0] <= "힣" or (len(word) > 1 and not word.isdigit())


def _parts(run: str) -> list[str]:
    if not "가" <= run[0] <= "힣":
        return [run]
    return [run[0], *(run[k : k + 2] for k in range(len(run) - 1))]
