-- A link confirms an e-mail address that a registrar set for somebody who has an account.
alter table desk.ticket drop constraint ticket_kind_check;
alter table desk.ticket add check (kind in ('invitation', 'sign_up', 'password_reset', 'second_step', 'address'));
