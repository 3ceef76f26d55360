-- Which erasures have been carried out to the end: register, key, files, accounts. One that is not here is finished at
-- the next start. Lost with an old backup, they are carried out again, which changes nothing.
create table desk.erasure (
  position bigint      primary key,     -- of the PersonErased in the log
  done_at  timestamptz not null default now()
);
alter table desk.erasure owner to acquis_owner;
grant select, insert on desk.erasure to acquis_web;
grant select on desk.erasure to acquis_backup;

-- asked at every start, in a log of any length
create index event_person_erased on log.event (position) where type = 'PersonErased';
