-- Of whom somebody signs up nobody knows anything but the address: a newer link ends the older ones of the same address.
alter table desk.ticket add column address bytea check (length(address) = 32); -- HMAC; null where a person is known
create index on desk.ticket (address) where address is not null;
