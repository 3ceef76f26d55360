-- name: table
create table careers (
  person        uuid not null,
  what          text not null,   -- employment, mandate, a quality, or same_as
  other         uuid,            -- the organisation, or the linked file of the same person
  certification text,            -- the certification of a qualification
  since         date,
  until         date             -- null without end
);
create index careers_person on careers (person);

-- name: of
-- The careers of some people, from all their linked files.
with recursive files as (
  select unnest(%(people)s::uuid[]) as person
  union
  select c.other from files f join projection.careers c on c.person = f.person and c.what = 'same_as'
)
select c.person, c.what, c.other, c.certification, c.since, c.until from files join projection.careers c using (person)

-- name: inside
-- The certifiers and the habilitated organisations: their employees do not count as coming from outside.
select organisation, certification, null::date as first_day, null::date as last_day from projection.certifiers
union all
select organisation, certification, first_day, last_day from projection.habilitations
