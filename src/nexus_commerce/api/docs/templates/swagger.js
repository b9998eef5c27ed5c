"use strict";

function cookie(name) {
  const found = document.cookie.split("; ").find((entry) => entry.startsWith(name + "="));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

SwaggerUIBundle({
  url: "{{ document|escapejs }}",
  dom_id: "#page",
  deepLinking: true,
  displayRequestDuration: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
  requestInterceptor: (request) => {
    const token = cookie("{{ cookie|escapejs }}");
    if (token && !["GET", "HEAD", "OPTIONS"].includes(request.method)) {
      request.headers["{{ header|escapejs }}"] = token;
    }
    return request;
  },
});
