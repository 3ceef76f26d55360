-- A form that was sent after its session ended is kept for its person, sealed under the secret that its address holds.
alter table desk.ticket drop constraint ticket_kind_check;
alter table desk.ticket add check
  (kind in ('invitation', 'sign_up', 'password_reset', 'second_step', 'address', 'kept_form'));
