"use strict";
// Shows the API's own document, from this server only; a token typed here stays in this page.
window.SwaggerUIBundle({
  url: "/api/openapi.json",
  dom_id: "#api-docs",
  deepLinking: true,
  validatorUrl: null,
  persistAuthorization: false,
});
