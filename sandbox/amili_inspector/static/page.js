// All that the pages do in a browser beyond HTML: they follow what happens, show times in the browser's zone, and copy.
"use strict";
(() => {
  const message = document.getElementById("message");
  let paused = false, leaving = false, waiting = new AbortController();

  // Shows what needs a script. sv-SE writes 2025-10-17 12:00:00. Days are days, not moments: they stay as they are.
  function prepare(root) {
    for (const hidden of root.querySelectorAll("[data-script]")) hidden.hidden = false;
    for (const time of root.querySelectorAll("time:not([data-form=day])")) {
      const [day, clock] = new Date(time.dateTime).toLocaleString("sv-SE").split(" ");
      time.textContent = { minute: `${day} ${clock.slice(0, 5)}`, second: `${day} ${clock}`, clock }[time.dataset.form];
    }
    const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
    for (const field of root.querySelectorAll("input[name=zone]")) field.value = zone;
    for (const name of root.querySelectorAll("[data-zone]")) name.textContent = zone;
  }

  function say(text, isProblem) {
    message.textContent = text;
    message.classList.toggle("problem", isProblem);
    if (text && !isProblem) setTimeout(() => { if (message.textContent === text) message.textContent = ""; }, 10000);
  }

  // Replaces the parts of the page that differ in a newer version of it, and keeps the focus.
  function show(html, everything) {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    document.body.dataset.number = fresh.body.dataset.number;
    prepare(fresh);
    for (const old of document.querySelectorAll(everything ? "[data-live]" : "[data-live=always]")) {
      const next = fresh.getElementById(old.id);
      if (!next || next.innerHTML === old.innerHTML) continue;
      const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
      const opened = [...old.querySelectorAll("details[open][id]")].map((each) => each.id);
      old.replaceChildren(...next.childNodes);
      for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
      if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    }
    return fresh;
  }

  const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
  const visible = () => new Promise((done) => document.addEventListener("visibilitychange", done, { once: true }));

  // Waits for news and shows them. A hidden page does not wait: a browser has six connections for all its tabs.
  async function follow() {
    let lost = false;
    while (!leaving) {
      try {
        if (document.hidden) await visible();
        waiting = new AbortController();
        const { changes, number } = document.body.dataset;
        const answer = await fetch(`${changes}?after=${number}`, { signal: waiting.signal });
        if (!answer.ok) throw new Error(answer.status);
        // Also when nothing happened: the clock runs.
        if (!paused) {
          const page = await fetch(location.href);
          if (page.status === 503) throw new Error(page.status);
          show(await page.text(), false);
        }
        if (lost) say("", false);
        lost = false;
        await pause(paused ? 1000 : 300);
      } catch {
        if (leaving) return;
        if (document.hidden) continue;
        if (!lost) say(document.body.dataset.silent, true);
        lost = true;
        await pause(3000);
      }
    }
  }

  // A form that changes something is sent without leaving the page.
  async function send(event) {
    const form = event.target;
    if (form.getAttribute("method") !== "post") return; // not form.method, which is a field of that name if there is one
    event.preventDefault();
    try {
      const body = new URLSearchParams(new FormData(form));
      const answer = await fetch(form.getAttribute("action"), { method: "POST", body, headers: { "X-In-Place": "yes" } });
      const said = show(await answer.text(), true).getElementById("message");
      say(said.textContent.trim(), said.classList.contains("problem"));
    } catch {
      say("There is no answer. Nothing is known of what was to be changed.", true);
    }
  }

  async function click(event) {
    const button = event.target.closest("button[data-copy], button[data-pause]");
    if (!button) return;
    if (button.dataset.pause !== undefined) {
      paused = !paused;
      button.textContent = paused ? "Go on" : "Pause";
      button.setAttribute("aria-pressed", paused);
      return;
    }
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    say(`Copied ${button.dataset.what}.`, false);
  }

  prepare(document);
  document.addEventListener("submit", send);
  document.addEventListener("click", click);
  document.addEventListener("visibilitychange", () => { if (document.hidden) waiting.abort(); });
  addEventListener("pagehide", () => { leaving = true; });
  if (document.querySelector("[data-live=always]")) follow();
})();
