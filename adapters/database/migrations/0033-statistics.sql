-- What a fact says of a person's sex and year of birth, beside its sealed text: read by what reports are made of, which
-- opens nothing. Written before the fact, under its place in the append; gone with the person's identity (ADR 58).
create table desk.statistic (
  append_id  uuid        not null,
  n          integer     not null,
  person     uuid        not null,
  sex        text        check (sex in ('f', 'm', 'unstated')),
  birth_year smallint,
  noted_at   timestamptz not null default now(),
  primary key (append_id, n)
);
create index on desk.statistic (person);
alter table desk.statistic owner to acquis_owner;
grant select, insert, update, delete on desk.statistic to acquis_web;
grant select on desk.statistic to acquis_backup;
grant usage on schema desk to acquis_projector;
grant select (append_id, n, sex, birth_year) on desk.statistic to acquis_projector;
