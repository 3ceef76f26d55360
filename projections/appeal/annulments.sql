-- name: table
-- An annulment that waits for a second person.
create table annulments (
  annulments  uuid     not null,            -- the stream
  candidacy   uuid     not null,
  about       uuid     not null,            -- the session, or the case of fraud
  proposed_at bigint   not null unique,     -- position: the order of lists
  session     uuid,
  fraud       uuid,
  cause       text     not null,
  proposed_by uuid     not null,
  positions   bigint[] not null,
  primary key (candidacy, about)
);

-- name: list
select candidacy, about, proposed_at, session, fraud, cause, proposed_by
  from projection.annulments
 where proposed_at > %(after)s
   and candidacy not in (select o.candidacy from projection.candidacy_overview o where o.candidate = any(%(files)s::uuid[]))
 order by proposed_at limit %(limit)s
