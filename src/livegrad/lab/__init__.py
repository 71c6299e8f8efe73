"""The lab: a page on this machine where every claim of the textbooks runs live, in Korean and English.

    livegrad lab                     opens the page
    livegrad claims [ID]             the same experiments without a browser

Experiments are entries of `experiments`, the page's parts ask the entries of `desks`, and all the words a
reader sees stand in `words`. Nothing here imports torch.
"""
