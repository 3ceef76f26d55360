-- The tree over the leaves (RFC 9162), beside the append path, and the log's own name.
--
-- log.node keeps the hash of every complete subtree at each fourth level: a node covers sixteen below it, so that it
-- costs a fifteenth of the leaves. It is worked out from log.leaf and nothing else; what is missing is worked out anew.

create table log.identity (            -- which log this is: signed into every checkpoint
  only_row boolean primary key default true check (only_row),
  id       uuid    not null
);
insert into log.identity (id) values (gen_random_uuid());

create table log.node (
  level smallint not null check (level > 0 and level % 4 = 0),
  index bigint   not null check (index >= 0),
  hash  bytea    not null check (length(hash) = 32),
  primary key (level, index)
);

-- The root of a complete subtree over sixteen; each hash takes the place of one that is no longer needed.
create function log.over(h bytea[]) returns bytea language plpgsql immutable
set search_path = log, pg_temp as $$
declare
  width int := cardinality(h);
begin
  if width <> 16 then
    raise exception 'a node covers sixteen, not %', width using errcode = '22023';
  end if;
  while width > 1 loop
    width := width / 2;
    for i in 1 .. width loop
      h[i] := sha256('\x01'::bytea || h[2 * i - 1] || h[2 * i]);
    end loop;
  end loop;
  return h[1];
end $$;

-- Bring the nodes up to the sealed leaves, by at most that many leaves; answers how many nodes were added: call it
-- until that is none. One grower at a time: another one's call adds none.
create function log.grow(max_leaves int default 65536)
returns bigint language plpgsql security definer
set search_path = log, pg_temp as $$
declare
  below bigint;      -- how many there are of the level below
  first bigint;      -- the first node of this level that is missing
  added bigint := 0;
  got   bigint;
begin
  if pg_is_in_recovery() or not pg_try_advisory_xact_lock(4712, 1) then
    return 0;
  end if;
  for l in 4 .. 60 by 4 loop
    select coalesce(max(index) + 1, 0) into first from node where level = l;
    if l = 4 then
      select least(next_index, first * 16 + greatest(max_leaves, 16)) into below from head;
    else
      select coalesce(max(index) + 1, 0) into below from node where level = l - 4;
    end if;
    exit when below < 16;
    if first < below / 16 then
      if l = 4 then
        insert into node
        select l, leaf.index / 16, log.over(array_agg(leaf.hash order by leaf.index)) from leaf
         where leaf.index >= first * 16 and leaf.index < below / 16 * 16 group by 2;
      else
        insert into node
        select l, n.index / 16, log.over(array_agg(n.hash order by n.index)) from node n
         where n.level = l - 4 and n.index >= first * 16 and n.index < below / 16 * 16 group by 2;
      end if;
      get diagnostics got = row_count;
      added := added + got;
    end if;
  end loop;
  return added;
end $$;

create trigger never_rewritten before update or delete or truncate on log.identity execute function log.refuse();
create trigger never_rewritten before update or delete or truncate on log.node execute function log.refuse();
alter table log.identity enable always trigger never_rewritten;
alter table log.node enable always trigger never_rewritten;

alter table log.identity owner to acquis_owner;
alter table log.node owner to acquis_owner;
alter function log.over(bytea[]) owner to acquis_owner;
alter function log.grow(int) owner to acquis_owner;

revoke all on function log.over(bytea[]), log.grow(int) from public;
grant select on log.identity, log.node to acquis_web, acquis_projector, acquis_auditor, acquis_backup;
grant execute on function log.grow(int) to acquis_projector;
