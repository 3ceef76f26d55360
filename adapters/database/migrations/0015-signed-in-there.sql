-- When somebody who came by a provider last signed in there, as it says itself (auth_time); null where it does not say.
alter table desk.came_by add column authenticated_at timestamptz;
