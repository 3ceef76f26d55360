"""Framework versions, correspondences and facts for blocks that were obtained elsewhere."""

from __future__ import annotations

from dataclasses import replace

from domain.candidacy.candidacy import Candidacy
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.framework.definition import Route
from domain.framework.facts import CorrespondenceAdmitted, FrameworkPublished
from domain.framework.framework import Framework
from domain.ports import FrameworkId
from tests.given.domain.people import (
    ENOUGH,
    FRAMEWORK,
    MARIE,
    MARIE_VAE,
    RNCP31936,
    RULEBOOK,
    before_the_jury,
    granted,
    heard,
    ruled,
    vae_filed,
)
from tests.given.domain.scenario import At

NEXT = replace(RNCP31936, version=2)
SECOND = FrameworkId(Framework.id_of("RNCP31936", 2))
TABLE = CorrespondenceAdmitted(earlier=FRAMEWORK, from_blocks=(3,), to_blocks=(1, 2), ground="x")
BOTH = CorrespondenceAdmitted(earlier=FRAMEWORK, from_blocks=(3, 4), to_blocks=(4,), ground="x")
NEW = At(SECOND, (FrameworkPublished(definition=NEXT), TABLE, BOTH))
AGAIN = Candidacy.id_of(MARIE, SECOND, Route.FI)
OPEN = OpenCandidacy(candidate=MARIE, framework=SECOND, rulebook=RULEBOOK, route=Route.FI)
PARTIAL = (
    *vae_filed(MARIE_VAE),
    *before_the_jury(MARIE_VAE),
    heard(MARIE_VAE),
    ruled(MARIE_VAE, ENOUGH[11:14]),
    granted(MARIE_VAE, 3),
)
