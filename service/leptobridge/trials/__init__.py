"""The protocol language, its lint, its three-valued evaluator and the library of trials (design 5).

:mod:`definition` is what a trial is, :mod:`document` reads it from YAML, :mod:`lint` checks it, :mod:`evaluation`
judges a chart; the files themselves are in ``library/``. Criteria are questions: one class per kind of question, named
by ``ask`` in the file.
"""
