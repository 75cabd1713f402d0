"""The daily digest: planned, frozen, said in each room's words, corrected when data changes."""
