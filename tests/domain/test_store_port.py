"""Does the store in memory keep what the port promises?"""

from tests.given.domain.store_port import *  # noqa: F403  (each test of the port runs here, on the store in memory)
