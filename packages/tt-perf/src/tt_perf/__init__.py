"""Measuring programs: times with their statistics, and comparisons that know when they cannot tell."""

from .statistics import Comparison, Summary, compare, format_seconds, summarize
from .timer import Timer, measure, race

__all__ = [
    "Comparison",
    "Summary",
    "Timer",
    "compare",
    "format_seconds",
    "measure",
    "race",
    "summarize",
]
