"""Does the store in memory keep what the port promises?"""

from tests.given.domain.store_port import *  # noqa: F403
