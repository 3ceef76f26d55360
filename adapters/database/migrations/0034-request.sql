-- Which request had a job done or a letter sent, as the web's log calls it: the lines of who does it say so, too (ADR 59).
alter table desk.job add column request text check (request ~ '^[0-9a-f]{12}$');
alter table desk.letter add column request text check (request ~ '^[0-9a-f]{12}$');
