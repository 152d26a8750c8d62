"""Facts: what they are, how resources become facts (``mappings/``), and how the facts of one person become a chart.

Two pure steps. :mod:`extraction` reads one resource version by itself and states its facts; it never looks at a second
resource, so the order of messages cannot matter. :mod:`assembly` reads all facts of one person and joins what belongs
together (sample and cytology, the items of one scorecard, the doses of one therapy) into a :class:`~chart.Chart` as of
a day. Neither knows a database.
"""
