-- People's accounts: how often one may try, what was sent and is waited for, the second factor, what became of an account.
-- Mutable, backed up, purged by erasure; never an input to a rule. Whatever a stranger may bring about is purged by itself.

-- Browser sessions: named without their secret, so that they can be shown and ended one by one.
alter table desk.session
  add column id      uuid        not null unique default gen_random_uuid(),
  add column seen_at timestamptz not null default now(),
  add column browser text        not null default '' check (length(browser) <= 60);  -- its family, never its whole name

-- How much of what is allowed was used: of an address, a login, a device, the whole site. A leaky bucket each. The key is
-- an HMAC: whose it is stands nowhere. One that has run dry is purged.
create table desk.budget (
  key   bytea            primary key check (length(key) = 32),
  spent double precision not null check (spent >= 0),
  at    timestamptz      not null
);
create index on desk.budget (at);

-- Something that whoever holds a secret may do once: only the SHA-256 of the secret is kept. What was asked for is sealed
-- under a key made from the secret itself, so that nobody reads it here.
create table desk.ticket (
  hash       bytea       primary key check (length(hash) = 32),
  kind       text        not null check (kind in ('invitation', 'sign_up', 'password_reset', 'second_step')),
  person     uuid,                                 -- null: nobody is known yet (sign-up)
  made_by    uuid,                                 -- who invited; null for the machine's operator and for oneself
  sealed     bytea,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index on desk.ticket (person);
create index on desk.ticket (expires_at);

-- Letters that wait to be sent. To whom, and the link that is in it, are sealed, and gone once it is sent or given up.
create table desk.letter (
  id       uuid        primary key default gen_random_uuid(),
  person   uuid,                                   -- null: somebody who is not known
  kind     text        not null check (length(kind) between 1 and 40),
  language text        not null check (language in ('fr', 'en')),
  sealed   bytea,
  made_at  timestamptz not null default now(),
  due_at   timestamptz not null default now(),
  tries    int         not null default 0,
  sent_at  timestamptz,
  failed   text                                    -- the kind of error of the newest try, of which nobody is named
);
create index on desk.letter (due_at) where sealed is not null;
create index on desk.letter (person);

-- The second factor: a secret shared with the person's telephone, sealed with their key; the last step of a code accepted.
create table desk.second_factor (
  person       uuid        primary key,
  secret       bytea       not null,
  created_at   timestamptz not null default now(),
  confirmed_at timestamptz,                        -- null: shown, and never proved
  last_step    bigint      not null default 0
);
create table desk.recovery_code (
  person uuid  not null,
  hash   bytea not null check (length(hash) = 32),
  primary key (person, hash)
);

-- What became of an account, for its owner to see: never what was typed, nor from where.
create table desk.account_event (
  person uuid        not null,
  at     timestamptz not null default now(),
  what   text        not null check (length(what) between 1 and 40),
  by     text        not null default 'person' check (by in ('person', 'operator'))
);
create index on desk.account_event (person, at);

do $$
declare
  made text;
begin
  foreach made in array array['budget', 'ticket', 'letter', 'second_factor', 'recovery_code', 'account_event'] loop
    execute format('alter table desk.%I owner to acquis_owner', made);
    execute format('grant select, insert, update, delete on desk.%I to acquis_web', made);
    execute format('grant select on desk.%I to acquis_backup', made);
  end loop;
end $$;
