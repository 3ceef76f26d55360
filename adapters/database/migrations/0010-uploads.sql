-- Files on their way in, over several requests (tus 1.0): how far each has come, who receives it at this moment, until when.
-- Their bytes are segments of the evidence store; what is put in is a fact. Nothing here is an input to a rule.
create table desk.upload (
  id         uuid        primary key,
  candidacy  uuid        not null,
  candidate  uuid        not null,               -- whom it is about, for whom its bytes are encrypted
  sender     uuid        not null,               -- who sends it: nobody else finds it
  length     bigint      not null check (length > 0),
  taken      bigint      not null default 0 check (taken between 0 and length), -- how much of it is durable
  about      bytea,                              -- its name and when it was modified, for the candidate's key only
  asked      text,                               -- HMAC of what was asked, where the request can be repeated
  state      text        not null default 'receiving'
             check (state in ('receiving', 'checking', 'ready', 'refused', 'quarantined', 'ended')),
  reason     text        check (length(reason) between 1 and 60),               -- the slug of what refused it
  evidence   uuid,                               -- the piece that it became
  holder     uuid,                               -- the request that receives or checks it, while held_until is to come
  held_until timestamptz,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null default now() + interval '24 hours'
);
create index on desk.upload (candidacy);
create index on desk.upload (sender);
create index on desk.upload (candidate);
create index on desk.upload (expires_at);

-- What each request received without a break: its bytes are segments of the store under the stretch's own id, so that a
-- request that has lost its lease and does not know it writes over nobody's.
create table desk.stretch (
  id     uuid   primary key,
  upload uuid   not null references desk.upload on delete cascade,
  start  bigint not null check (start >= 0),
  size   bigint not null default 0 check (size >= 0)
);
create index on desk.stretch (upload);

-- Open an upload, if there is room: whoever opens one for the same candidacy, or is the same sender, waits their turn.
-- One statement, so that nobody holds a place while they think. What is there already under this id is the same request.
create function desk.open_upload(
  p_id uuid, p_candidacy uuid, p_candidate uuid, p_sender uuid, p_length bigint, p_about bytea, p_asked text,
  p_most_open integer, p_bytes_left bigint, p_pieces_left bigint
) returns text language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  there desk.upload;
  reserved bigint;
  pieces bigint;
begin
  perform pg_advisory_xact_lock(4716, hashtext(p_sender::text));
  perform pg_advisory_xact_lock(4717, hashtext(p_candidacy::text));
  select * into there from desk.upload where id = p_id;
  if found then
    return case when there.asked = p_asked and there.sender = p_sender then 'same' else 'reused' end;
  end if;
  select count(*) into pieces from desk.upload
   where sender = p_sender and state in ('receiving', 'checking') and expires_at > now();
  if pieces >= p_most_open then
    return 'many';
  end if;
  select coalesce(sum(length), 0), count(*) into reserved, pieces from desk.upload
   where candidacy = p_candidacy and state in ('receiving', 'checking') and expires_at > now();
  if reserved + p_length > p_bytes_left or pieces + 1 > p_pieces_left then -- null: no limit
    return 'over';
  end if;
  insert into desk.upload (id, candidacy, candidate, sender, length, about, asked)
  values (p_id, p_candidacy, p_candidate, p_sender, p_length, p_about, p_asked);
  return 'opened';
end $$;

alter table desk.upload owner to acquis_owner;
alter table desk.stretch owner to acquis_owner;
alter function desk.open_upload(uuid, uuid, uuid, uuid, bigint, bytea, text, integer, bigint, bigint) owner to acquis_owner;
revoke all on function desk.open_upload(uuid, uuid, uuid, uuid, bigint, bytea, text, integer, bigint, bigint) from public;
grant execute on function desk.open_upload(uuid, uuid, uuid, uuid, bigint, bytea, text, integer, bigint, bigint) to acquis_web;
grant select, update, delete on desk.upload to acquis_web;
grant select, insert, update, delete on desk.stretch to acquis_web;
grant select on desk.upload, desk.stretch to acquis_backup;
