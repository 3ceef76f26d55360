-- Why somebody was sent to a provider: to sign in, to sign in again, to link an identity, or to open an account by one.
alter table desk.errand
  add column why text not null default 'sign_in' check (why in ('sign_in', 'again', 'link', 'join'));
update desk.errand set why = 'link' where person is not null;
