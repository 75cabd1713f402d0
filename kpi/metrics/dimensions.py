"""Along what a store's numbers can be split into parts, and what a dimension's parts are called."""

from __future__ import annotations

from kpi.phrases import phrase

LISTING = "listing"
"""The marketplace's own split: a part is the id of a listing."""

DIMENSIONS: dict[str, str] = {
    LISTING: phrase("listing"),
    "source": phrase("traffic source"),
    "device": phrase("device"),
    "category": phrase("category"),
    "payment": phrase("payment method"),
    "carrier": phrase("carrier"),
    "word": phrase("word in bad reviews"),
    "reason": phrase("return reason"),
}
"""Every dimension that is understood, by the name it has in files, with the word for one of its parts."""
