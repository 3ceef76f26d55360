-- What is not a fact: accounts, tokens, sessions. Mutable, backed up, purged by erasure; never an input to a rule.

create schema desk authorization acquis_owner;

-- Who may sign in with a password. The login is the person's e-mail address in lower case.
create table desk.account (
  person     uuid        primary key,
  login      text        not null unique check (login = lower(login) and length(login) between 3 and 254),
  password   text        not null,                 -- argon2id, PHC string
  created_at timestamptz not null default now()
);

-- API tokens: only their SHA-256 is kept; shown once when made.
create table desk.token (
  hash       bytea       primary key check (length(hash) = 32),
  person     uuid        not null,
  role       text        not null,
  label      text        not null check (length(label) between 1 and 200),
  issued_by  uuid,                                 -- the administrator who made it; null for the machine's operator
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz
);

-- Browser sessions: one person, one of their roles at a time.
create table desk.session (
  hash       bytea       primary key check (length(hash) = 32),
  person     uuid        not null,
  role       text        not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index on desk.session (person);

alter table desk.account owner to acquis_owner;
alter table desk.token owner to acquis_owner;
alter table desk.session owner to acquis_owner;

-- `doctor` and every start-up ask which migrations stand, under the role they run with
grant select on public.acquis_migration to acquis_web, acquis_projector, acquis_report, acquis_auditor, acquis_backup;

grant usage on schema desk to acquis_web;
grant select, insert, update, delete on desk.account, desk.token, desk.session to acquis_web;
