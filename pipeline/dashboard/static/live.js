// Keeps an open page fresh: when the server says that something changed, the page is asked for anew
// and only the parts that differ are exchanged. What had the focus keeps it; what was open stays open.
"use strict";
(() => {
  const RENEW_MS = 60_000; // relative times move on even where nothing happens
  const state = document.getElementById("live-state");
  const dot = document.getElementById("live-dot");
  let busy = false;
  let again = false;

  const say = (text, live) => {
    if (state.textContent !== text) state.textContent = text;
    dot.classList.toggle("on", live);
  };

  const opened = (root) => [...root.querySelectorAll("details[open][id]")].map((one) => one.id);

  const place = (element) => {
    if (!element || element === document.body) return null;
    if (element.id) return { id: element.id };
    if (element.tagName === "SUMMARY") return { summary: element.parentElement.id };
    const key = element.closest("[data-key]");
    return { href: element.getAttribute("href"), key: key && key.dataset.key };
  };

  const refocus = (root, where) => {
    if (!where) return;
    let found = where.id && document.getElementById(where.id);
    if (where.summary) found = document.querySelector(`#${CSS.escape(where.summary)} > summary`);
    if (where.href) {
      const same = [...root.querySelectorAll("a")].filter((a) => a.getAttribute("href") === where.href);
      found = same[0];
    }
    if (found) found.focus({ preventScroll: true });
  };

  const exchange = (old, fresh) => {
    for (const id of opened(old)) fresh.querySelector(`#${CSS.escape(id)}`)?.setAttribute("open", "");
    if (old.isEqualNode(fresh)) return;
    const keys = new Set([...old.querySelectorAll("[data-key]")].map((one) => one.dataset.key));
    const focus = old.contains(document.activeElement) ? place(document.activeElement) : null;
    const fit = document.importNode(fresh, true);
    for (const one of fit.querySelectorAll("[data-key]")) {
      if (!keys.has(one.dataset.key)) one.classList.add("fresh");
    }
    old.replaceWith(fit);
    refocus(fit, focus);
  };

  const renew = async () => {
    if (busy) { again = true; return; }
    busy = true;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const old of document.querySelectorAll("[data-live]")) {
        const fresh = page.getElementById(old.id);
        if (fresh) exchange(old, fresh);
      }
    } catch {
      say("Not connected", false);
    } finally {
      busy = false;
      if (again) { again = false; renew(); }
    }
  };

  const stream = new EventSource("/api/v1/live");
  let lost = false;
  stream.addEventListener("hello", () => { say("Live", true); if (lost) renew(); lost = false; });
  stream.addEventListener("change", renew);
  stream.addEventListener("error", () => { lost = true; say("Connecting again", false); });
  setInterval(() => { if (!document.hidden) renew(); }, RENEW_MS);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) renew(); });
})();
