-- What reports read is told by the web too: to whoever reports, in a file or a page.
grant usage on schema reporting to acquis_web;
