"""The index of the API, its OpenAPI document, and the page that shows it."""
