/* The token of an order stands behind # in the link, so that no server sees it in an address: take it out of the
   address, which browsers remember, and post it. */
"use strict";

const token = location.hash.slice(1);
if (token) {
  history.replaceState(null, "", location.pathname + location.search);
  const form = document.getElementById("open-order");
  form.elements.token.value = token;
  form.submit();
}
