"""Helpers for composing a jury: its panel rule by rule, suggested members, candidates to call."""
