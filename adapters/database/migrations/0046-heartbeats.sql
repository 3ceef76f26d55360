-- The last sign of life of each program that runs until it is stopped, so that doctor and /admin report a dead one.
create table desk.heartbeat (
  program text primary key check (program in ('mail', 'worker', 'deadlines')),
  beat_at timestamptz not null
);
alter table desk.heartbeat owner to acquis_owner;
grant select, insert, update, delete on desk.heartbeat to acquis_web;
grant select on desk.heartbeat to acquis_backup;
