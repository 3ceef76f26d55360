"""Tests of the store port on the in-memory store."""

from tests.given.domain.store_port import *  # noqa: F403  (each test of the port runs here, on the store in memory)
