-- What the first form of 0023 did not grant: a backup reads the numbers of drafts.
grant select on sequence desk.draft_revision_seq to acquis_backup;

-- Facts up to `until` were recorded by a version whose rules this one no longer has: check-log hashes them, and judges only
-- those after them. A version that changes rules adds a line in a migration; nobody else may.
create table log.earlier_rules (
  until bigint      primary key,
  at    timestamptz not null default clock_timestamp()
);
lock table log.event in share mode;  -- whoever still appends has ended
insert into log.earlier_rules (until) select coalesce(max(position), 0) from log.event;
create trigger never_rewritten before update or delete or truncate on log.earlier_rules execute function log.refuse();
alter table log.earlier_rules enable always trigger never_rewritten;
alter table log.earlier_rules owner to acquis_owner;
revoke all on log.earlier_rules from public;
grant select on log.earlier_rules to acquis_web, acquis_projector, acquis_auditor, acquis_backup;
