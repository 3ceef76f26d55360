"""Signing keys of the web application."""
