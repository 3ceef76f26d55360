"""Pages of the site, one module per page or group of pages, and the code that they share."""
