-- A piece that its person keeps in their portfolio is of no candidacy: its check and its reading copy name none.
alter table desk.job alter column candidacy drop not null;
alter table desk.reading_copy alter column candidacy drop not null;
