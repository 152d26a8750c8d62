"""One person's chart to conclusions to Observations.

:mod:`evaluate` is the pure part: facts and a reference date in, conclusions out. :mod:`run` is the edge: it claims due
patients from the store and writes what is concluded, in one transaction.
"""
