-- A doubt is let stand by two: one records DoubtAccepted under the web's login, another confirms it under the projector's.
-- Neither login does both. What the fact names is confirmed only where it was found before, and is open.
create table log.confirmation (
  position bigint      not null,             -- of the DoubtAccepted
  slug     text        not null,
  place    text        not null,
  digest   text        not null,
  at       timestamptz not null default clock_timestamp(),
  primary key (position, slug, place, digest)
);
insert into log.confirmation (position, slug, place, digest)
 select accepted, slug, place, digest from log.doubt where accepted is not null;
create trigger never_rewritten before update or delete or truncate on log.confirmation execute function log.refuse();
alter table log.confirmation enable always trigger never_rewritten;
alter table log.confirmation owner to acquis_owner;
revoke all on log.confirmation from public;
grant select on log.confirmation to acquis_web, acquis_projector, acquis_auditor, acquis_backup;
grant insert (position, slug, place, digest) on log.confirmation to acquis_projector;
