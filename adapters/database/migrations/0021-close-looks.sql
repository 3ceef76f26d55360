-- What the newest close look at the installation found (scanner, store, keys: what takes too long for each /readyz), so
-- that every process and `acquis doctor` say the same. One row.
create table desk.close_look (
  one    boolean     primary key default true check (one),
  at     timestamptz not null,
  alarms jsonb       not null                   -- as webapi.alarms writes them: slug, fr, en, unready
);
alter table desk.close_look owner to acquis_owner;
grant select, insert, update on desk.close_look to acquis_web;
grant select on desk.close_look to acquis_backup;
