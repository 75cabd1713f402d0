"""How much a filled-in form of a page of ours may hold; what does not fit is said, and the rest is kept."""

from __future__ import annotations

MOST_VALUES = 40
"""Fields of a form; the longest one has eight."""
LARGEST_FORM = 524_288
"""Bytes of a form's words: a report of 30,000 characters of four bytes, escaped by JSON, and its other fields."""
MOST_UPLOADS = 5
"""Files of one form, as in Slack's."""
MOST_DISCARDED = 128 * 1024 * 1024
"""Bytes past the limits that are read and thrown away, so that the page still hears the sentence."""
