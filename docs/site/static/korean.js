// What the search says in Korean: Sphinx's own words for the number of results are empty.
Documentation.addTranslations({
  locale: "ko",
  plural_expr: "0",
  messages: {
    "Search finished, found one page matching the search query.": ["찾은 페이지는 ${resultCount}개입니다."],
    "Your search did not match any documents. Please make sure that all words are spelled correctly and that you've selected enough categories.":
      "찾은 페이지가 없습니다. 낱말을 줄이거나 다른 낱말로 찾아 보세요.",
  },
});
