-- The key of a person and class, made if there is none: sealing asks once, for what it finds and for what it makes.

-- `erased_at`: when the caller's register says that this class of theirs was last erased. A key from before then is
-- none, whichever backup brought it back: it is destroyed, and another one made after that moment. A key that another
-- process makes at this moment is waited for, and found. Gives nothing only where that one was destroyed meanwhile.
create function vault.found_or_made(who uuid, of_class text, new_wrapped bytea, new_master bytea, erased_at timestamptz)
returns table (wrapped bytea, master bytea, made_at timestamptz)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  return query select k.wrapped, k.master, k.made_at from vault.key k
                where k.person = who and k.class = of_class
                  and (erased_at is null or k.made_at > erased_at);
  if found then return; end if;
  if erased_at is not null then
    perform vault.destroy(who, of_class, erased_at);
  end if;
  insert into vault.key (person, class, wrapped, master, made_at)
  values (who, of_class, new_wrapped, new_master,
          greatest(clock_timestamp(), erased_at + interval '1 microsecond'))
  on conflict do nothing;
  return query select k.wrapped, k.master, k.made_at from vault.key k where k.person = who and k.class = of_class;
end $$;

alter function vault.found_or_made owner to acquis_owner;
revoke execute on function vault.found_or_made from public;
revoke insert on vault.key from acquis_web;
grant execute on function vault.found_or_made to acquis_web;
