"""Portfolio files: the ZIP that Acquis exports, and imports from such a ZIP or from Leap2A."""
