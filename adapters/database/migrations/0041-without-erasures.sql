-- Restores that were made without the newest register of erasures, why, and what was done about it. Written by the login
-- that migrates; an alarm until it is answered (ADR 71).
create table log.without_erasures (
  at          timestamptz primary key default clock_timestamp(),
  reason      text        not null check (length(reason) between 1 and 2000),
  backup      text        not null,
  answered_at timestamptz,
  answer      text
);
alter table log.without_erasures owner to acquis_owner;
revoke all on log.without_erasures from public;
grant select on log.without_erasures to acquis_web, acquis_projector, acquis_backup;
