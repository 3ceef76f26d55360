-- asked by each page that offers a rulebook, in a log of any length
create index event_rulebook_published on log.event (position) where type = 'RulebookPublished';
