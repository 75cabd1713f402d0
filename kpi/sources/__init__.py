"""Spreadsheets and marketplaces in, facts out: the one door of the field."""
