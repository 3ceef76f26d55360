-- Whoever was invited may open their account with an identity of another provider: it has an address, and no password.
alter table desk.account alter column password drop not null;
