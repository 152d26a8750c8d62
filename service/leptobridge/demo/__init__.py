"""The demonstration: a hospital with invented patients, the service beside it, and the results that come back."""
