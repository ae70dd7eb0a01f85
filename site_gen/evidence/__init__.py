"""Published measurements: what the calibration is fitted to, and what it is judged by.

    a file of rows ──measurements──▶ Setting ──pricing──▶ Priced ──prediction──▶ Prediction
                        └▶ the observed rate ──────────────scores◀──────────────────┘

A row's rate is kept apart from everything else that it says, so that nothing before `scores` can
look at it.
"""
