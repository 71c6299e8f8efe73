"""Reports in the terminal, as a page in one file, as JSON and SARIF: drawing only, of `facts.Report`.

From facts to drawings, a layer at a time, each knowing only those before it:

    facts                                   the record that is drawn
    quantity  axis                          how a number is written; a range and its round numbers
    ladder  curves  shares  race  cases     what each chart shows, as frozen records
    outcome  words  sentences               the same in words, in both languages
    location  clipping                      the line of code behind a finding; what gradient clipping did
    lines → finding_lines → plain           findings as lines; a diagnosis as plain text
    lines → terminal                        `print_report`, `print_finding`, `print_race_line`
    markup  svg → figures → sections → html `to_html`, `write_html`
    diagnosis_card  watch_state             a diagnosis, or a watch at work, in a notebook
    as_json  json_schema                    `to_json`, and its form written down
    sarif_rules → sarif                     `to_sarif`
"""
