"""Reports in the terminal, as a page in one file, as JSON: drawing only, of `facts.Report`.

From facts to drawings, a layer at a time, each knowing only those before it:

    facts                                   the record that is drawn
    quantity  axis                          how a number is written; a range and its round numbers
    ladder  curves  shares  race  cases     what each chart shows, as frozen records
    outcome  words  sentences               the same in words, in both languages
    lines → terminal                        `print_report`, `print_finding`, `print_race_line`
    markup  svg → figures → sections → html `to_html`, `write_html`
    as_json                                 `to_json`
"""
