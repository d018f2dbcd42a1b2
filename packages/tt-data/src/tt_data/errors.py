"""The errors of this package that are not Python's own."""

__all__ = ["DownloadError", "WorkerError"]


class DownloadError(RuntimeError):
    """A file could not be had; the message says from where, why, and how to put it there by hand."""


class WorkerError(RuntimeError):
    """A worker process failed; the message has its traceback, or how it died."""
