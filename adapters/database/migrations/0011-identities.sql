-- Ways in that need no password here: tokens with scopes, services, identities of other providers.

-- What a token may do, and when it was last used, by the day. One made before scopes may do all that its role may.
alter table desk.token
  add column id      uuid   not null default gen_random_uuid() unique,
  add column scopes  text[] not null default '{*}' check (cardinality(scopes) between 1 and 60),
  add column used_on date,
  add constraint a_year_at_most check (expires_at < created_at + interval '367 days') not valid;
create index on desk.token (person);

-- Who is no person but a program that reports: tokens only, in the role of reporting only.
create table desk.service (
  person     uuid        primary key,
  created_at timestamptz not null default now()
);

-- Who comes by another provider's account. One subject of a provider is one person; an e-mail address proves nothing.
create table desk.identity (
  provider   text        not null check (provider ~ '^[a-z0-9-]{1,40}$'),
  sub        text        not null check (length(sub) between 1 and 255),
  person     uuid        not null,
  created_at timestamptz not null default now(),
  used_on    date,
  primary key (provider, sub),
  unique (person, provider)
);

-- Who was sent to a provider and is not back yet: used once, within minutes, by the browser that was sent.
create table desk.errand (
  state      bytea       primary key check (length(state) = 32),   -- SHA-256
  browser    bytea       not null check (length(browser) = 32),    -- SHA-256
  provider   text        not null,
  nonce      text        not null,
  verifier   text        not null,                                 -- of PKCE
  person     uuid,                                                 -- who links an identity; null for who signs in
  next       text        not null,
  expires_at timestamptz not null
);
create index on desk.errand (expires_at);
create index on desk.errand (person);

-- Which provider a session came by, and the token with which to end the session there too.
create table desk.came_by (
  session    bytea       primary key references desk.session (hash) on update cascade on delete cascade,
  provider   text        not null,
  id_token   text        not null
);

alter table desk.service owner to acquis_owner;
alter table desk.identity owner to acquis_owner;
alter table desk.errand owner to acquis_owner;
alter table desk.came_by owner to acquis_owner;
grant select, insert, update, delete on desk.service, desk.identity, desk.errand, desk.came_by to acquis_web;
grant select on desk.service, desk.identity, desk.errand, desk.came_by to acquis_backup;
