-- Who answers requests knows which positions were given: one that none was is refused, and not waited for.
grant select on sequence log.position to acquis_web;
