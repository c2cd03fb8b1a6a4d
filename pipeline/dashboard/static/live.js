// Keeps an open page fresh: when the server says that something changed, the page is asked for anew
// and only what differs is exchanged, so that the reader's place, focus and unfolded parts stay.
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

  const keysIn = (root) => new Set([...root.querySelectorAll("[data-key]")].map((one) => one.dataset.key));

  // Lists are sorted anew: a line that moved must keep its identity, or the focus goes with its place.
  const named = (root) => {
    for (const one of root.querySelectorAll("[data-key]")) {
      const list = one.parentElement.id || one.closest("[id]").id;
      one.id = `${list}:${one.dataset.key}`;
    }
    return root;
  };

  const exchange = (old, fresh) => {
    const before = keysIn(old);
    named(old);
    Idiomorph.morph(old, named(fresh), {
      ignoreActiveValue: true,
      callbacks: {
        beforeAttributeUpdated: (name, node) => !(name === "open" && node.tagName === "DETAILS"),
        beforeNodeMorphed: (node) => !(node.dataset && node.dataset.keep !== undefined),
        beforeNodeRemoved: (node) => !(node.dataset && node.dataset.keep !== undefined),
      },
    });
    for (const one of old.querySelectorAll("[data-key]")) {
      if (!before.has(one.dataset.key)) one.classList.add("fresh");
    }
  };

  const renew = async () => {
    if (busy) { again = true; return; }
    busy = true;
    const asked = location.href;
    try {
      const answer = await fetch(asked, { headers: { Accept: "text/html" } });
      if (!answer.ok || asked !== location.href) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const old of document.querySelectorAll("[data-live]")) {
        const fresh = page.getElementById(old.id);
        if (fresh) exchange(old, fresh);
      }
      document.dispatchEvent(new Event("ccm:renewed"));
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
