-- What became of an account may be an administrator's doing too: a token of somebody else that they revoke.
alter table desk.account_event drop constraint account_event_by_check;
alter table desk.account_event add constraint account_event_by_check check (by in ('person', 'operator', 'administrator'));
