/* Adding, removing and moving conditions and effects without asking the server. Without it the same buttons do. */
"use strict";
{
  let asking = false;

  const rowsOf = (rules) => [...rules.querySelectorAll("[data-rule]")].filter((row) => !row.hidden);
  const prefixOf = (row) => row.querySelector("input[name$='-code']").name.replace(/-code$/, "");

  const keep = (row, name, value) => {
    const full = `${prefixOf(row)}-${name}`;
    let input = row.querySelector(`input[name="${full}"]`);
    if (!input) {
      input = document.createElement("input");
      input.type = "hidden";
      input.name = full;
      row.append(input);
    }
    input.value = value;
  };

  const number = (rules) => rowsOf(rules).forEach((row, place) => keep(row, "ORDER", place));

  const showCurrency = (root) => {
    const select = document.getElementById("id_currency");
    if (!select) return;
    root.querySelectorAll("[data-rule] input.nexus-money").forEach((input) => {
      const unit = input.nextElementSibling;
      if (unit && unit.classList.contains("nexus-unit") && unit.textContent !== "%") unit.textContent = select.value;
    });
  };

  const add = async (rules, button) => {
    const kind = rules.dataset.rules;
    const select = rules.querySelector(`select[name="${kind}-new"]`);
    if (!select.value) {
      select.focus();
      return;
    }
    const total = rules.querySelector(`input[name="${kind}-TOTAL_FORMS"]`);
    const place = total.value;
    const currency = document.getElementById("id_currency");
    const asked = new URLSearchParams({ code: select.value, place, currency: currency ? currency.value : "" });
    total.value = String(Number(place) + 1);
    const answer = await fetch(`${rules.dataset.address}?${asked}`).catch(() => null);
    if (!answer || !answer.ok || answer.redirected) {
      // The server does it, and says what is wrong.
      total.value = place;
      asking = true;
      button.form.requestSubmit(button);
      return;
    }
    const holder = document.createElement("div");
    holder.innerHTML = await answer.text();
    const row = holder.querySelector("[data-rule]");
    rules.querySelector("[data-rows]").append(row);
    select.value = "";
    number(rules);
    row.dispatchEvent(new CustomEvent("formset:added", { bubbles: true, detail: { formsetName: kind } }));
    const first = row.querySelector(".nexus-arguments input, .nexus-arguments select");
    if (first) first.focus();
  };

  const remove = (row) => {
    keep(row, "DELETE", "on");
    row.hidden = true;
  };

  const move = (rules, row, step) => {
    const rows = rowsOf(rules);
    const other = rows[rows.indexOf(row) + step];
    if (!other) return;
    if (step < 0) other.before(row);
    else other.after(row);
    number(rules);
  };

  const addTableRow = (table) => {
    const body = table.querySelector("tbody");
    const place = Number(table.dataset.next || body.rows.length + 100);
    table.dataset.next = String(place + 1);
    const holder = document.createElement("tbody");
    holder.innerHTML = table.querySelector("template").innerHTML.replaceAll("__row__", String(place));
    body.append(holder.firstElementChild);
    showCurrency(document);
    body.lastElementChild.querySelector("input, select").focus();
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[name='_rows']");
    if (!button || asking) return;
    const rules = button.closest("[data-rules]");
    const row = button.closest("[data-rule]");
    event.preventDefault();
    if (button.value === "table") addTableRow(button.closest("[data-table]"));
    else if (button.dataset.do === "add") add(rules, button);
    else if (button.dataset.do === "remove") remove(row);
    else move(rules, row, button.dataset.do === "up" ? -1 : 1);
  });

  document.addEventListener("change", (event) => {
    if (event.target.id === "id_currency") showCurrency(document);
  });
}
