"""Portfolio files: export as a ZIP, and import from such a ZIP or from Leap2A."""
