-- name: table
-- A role, or another file to link, that waits for a second person.
create table person_proposals (
  person      uuid     not null,
  role        text,
  other       uuid,
  proposed_by uuid     not null,
  positions   bigint[] not null
);
create unique index person_proposals_key on person_proposals (person, coalesce(role, other::text));

-- name: roles
select person, role, proposed_by from projection.person_proposals
 where role is not null order by positions limit %(limit)s
