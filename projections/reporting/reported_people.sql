-- name: table
-- The people who stated their sex or birth; the first version begins at 0, so that each moment is in one version.
create table reported_people (
  person     uuid    not null,
  sex        text,               -- f, m; null: not stated
  birth_year smallint,
  erased     boolean not null,   -- the identity was erased: no statement of the person is counted, at any moment
  valid_from bigint  not null,
  valid_to   bigint,
  from_day   date    not null,
  to_day     date,
  primary key (person, valid_from)
);
create index reported_people_erased on reported_people (person) where erased;

-- name: extend
-- Rewrites all versions of people with a statement in the span. A statement is valid until the next one.
delete from reported_people where person in (
  select stream from log.fact where position > %(after)s and position <= %(upto)s
     and type in ('Registered', 'BirthAndSexStated', 'IdentityCorrected', 'PersonErased'));
with people as (
  select distinct stream as person from log.fact where position > %(after)s and position <= %(upto)s
     and type in ('Registered', 'BirthAndSexStated', 'IdentityCorrected', 'PersonErased')
), erased as (
  select distinct p.person from people p join log.fact e on e.stream = p.person
   where e.type = 'PersonErased' and e.position <= %(upto)s and e.body::json ->> 'retention' = 'identity'
), said as (
  select f.stream as person, f.position, max((f.body::json ->> 'on')::date) over earlier as on_day,
         array_remove(array_agg(s.sex) over earlier, null) as sexes,
         array_remove(array_agg(s.birth_year) over earlier, null) as years
    from people p
    join log.fact f on f.stream = p.person and f.position <= %(upto)s
     and f.type in ('Registered', 'BirthAndSexStated', 'IdentityCorrected')
    join desk.statistic s on s.append_id = f.append_id and s.n = f.n
   where p.person not in (select person from erased)
  window earlier as (partition by f.stream order by f.position)
)
insert into reported_people
select person, sex, birth_year, false, since, lead(since) over later, from_day, lead(from_day) over later
  from (select distinct person, null as sex, null::smallint as birth_year, 0::bigint as since, date '0001-01-01' as from_day
          from said
        union all
        select person, nullif(sexes[cardinality(sexes)], 'unstated'), years[cardinality(years)], position, on_day
          from said) readings
window later as (partition by person order by since)
union all
select person, null, null, true, 0, null, '0001-01-01', null from erased
 order by 1, 5
