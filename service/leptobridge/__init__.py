"""LeptoBridge: from a hospital's EHR to the trials for leptomeningeal metastasis, and back."""

__version__ = "0.1.0"
