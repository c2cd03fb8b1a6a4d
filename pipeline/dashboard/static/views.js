// Views are addresses. Here they get names, kept in this browser alone; and addresses stay short.
"use strict";
(() => {
  const KEPT = "ccm:views";
  const KEPT_MAX = 50;

  const load = () => {
    try {
      const found = JSON.parse(localStorage.getItem(KEPT) || "[]");
      return Array.isArray(found) ? found.filter((one) => typeof one.name === "string" && /^\/cases(\?|$)/.test(one.link)) : [];
    } catch {
      return [];
    }
  };

  const save = (views) => {
    try { localStorage.setItem(KEPT, JSON.stringify(views.slice(-KEPT_MAX))); } catch { /* full or forbidden */ }
  };

  const line = (view) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    const drop = document.createElement("button");
    link.href = view.link;
    link.textContent = view.name;
    drop.type = "button";
    drop.textContent = "×";
    drop.setAttribute("aria-label", `Forget the view ${view.name}`);
    drop.addEventListener("click", () => { save(load().filter((one) => one.name !== view.name)); show(); });
    item.append(link, " ", drop);
    return item;
  };

  const show = () => {
    const list = document.getElementById("kept-views");
    const form = document.getElementById("keep-view");
    if (!list || !form) return;
    list.replaceChildren(...load().map(line));
    form.hidden = false;
  };

  document.addEventListener("submit", (event) => {
    if (event.target.id !== "keep-view") return;
    event.preventDefault();
    const name = new FormData(event.target).get("name").trim();
    if (!name) return;
    save([...load().filter((one) => one.name !== name), { name, link: location.pathname + location.search }]);
    event.target.reset();
    show();
  });

  // Empty fields say nothing, and a relative range leaves no room for weeks.
  document.addEventListener("htmx:configRequest", (event) => {
    const fields = event.detail.parameters;
    for (const [name, value] of Object.entries({ ...fields })) if (value === "") delete fields[name];
    const touched = event.detail.triggeringEvent?.target?.name;
    if (touched === "from" || touched === "to") delete fields.last;
    else if (fields.last) { delete fields.from; delete fields.to; }
  });
  // Who cannot see that the page changed hears what it holds now; the focus stays where it was, by its id.
  const tell = () => {
    const told = document.getElementById("told");
    if (told) told.textContent = document.getElementById("main").dataset.told;
  };

  document.addEventListener("htmx:afterSettle", () => { show(); tell(); });
  show();
})();
