"use strict";
// What the pages do a little better with a script: copying, printing, ticking off steps, an address in the fragment.

const said = document.getElementById("said");
document.documentElement.classList.add("scripted");

function say(text) {
  said.textContent = "";
  // A status that does not change is not read out, so it is emptied first.
  setTimeout(() => { said.textContent = text; }, 50);
}

function select(element) {
  const range = document.createRange();
  range.selectNodeContents(element);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}

async function copy(button, text, shown) {
  const words = button.querySelector("span");
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    select(shown);
    // Not below the message, which stands at the bottom.
    shown.scrollIntoView({ block: "center" });
    said.className = "seen";
    say(said.dataset.failed);
    setTimeout(() => { said.className = "unseen"; }, 10000);
    return;
  }
  button.dataset.words ??= words.textContent;
  words.textContent = said.dataset.copied;
  button.classList.add("done");
  said.className = "unseen";
  say(said.dataset.copied);
  clearTimeout(button.timer);
  button.timer = setTimeout(() => {
    words.textContent = button.dataset.words;
    button.classList.remove("done");
  }, 3000);
}

// The words of an element as they are read, without what is there for the eye or the ear alone.
function words(element) {
  return element.innerText.replace(/\s+/g, " ").trim();
}

function asText(label) {
  const lines = [words(label.querySelector("h1"))];
  for (const server of label.querySelectorAll(".servers > .server, .label > section.tear")) {
    lines.push("", words(server.querySelector("h2, h3")));
    for (const row of server.querySelectorAll(".row")) {
      // Where a value is still to be asked for, the button of the field is no part of it.
      const shown = row.querySelector("form label") ?? row.children[1];
      const stamp = row.querySelector(".stamp");
      const value = stamp ? [...stamp.querySelectorAll("[aria-hidden]")].map(words).join(", ") : words(shown);
      lines.push(`${words(row.children[0])}: ${value}`);
    }
  }
  return lines.join("\n");
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.matches(".copy")) {
    const value = button.closest(".row").querySelector("[data-value]");
    copy(button, value.textContent, value);
  } else if (button.matches("[data-copy-all]")) {
    const label = button.closest(".label");
    copy(button, asText(label), label.querySelector(".servers"));
  } else if (button.matches("[data-print]")) {
    print();
  }
});

// Ticks stay on this device, by the path of the guide, which holds no address, and without a personal link's secret.
const kept = {
  get(key) { try { return localStorage.getItem(key); } catch { return null; } },
  set(key, on) { try { if (on) localStorage.setItem(key, "1"); else localStorage.removeItem(key); } catch { /* full or forbidden */ } },
};

function tickable(list) {
  const line = list.previousElementSibling;
  const progress = line.querySelector("[data-progress]");
  const reset = line.querySelector("button");
  const advice = progress.textContent;
  const ticks = [...list.children].map((step) => {
    const key = `step ${location.pathname.slice(3).replace(/^\/s\/[^/]+/, "/s")} ${step.id}`;
    const tick = document.createElement("input");
    tick.type = "checkbox";
    tick.className = "tick";
    tick.checked = kept.get(key) === "1";
    tick.setAttribute("aria-label", `${said.dataset.done}: ${words(step.querySelector(".do"))}`);
    tick.addEventListener("change", () => { kept.set(key, tick.checked); show(); });
    step.prepend(tick);
    return tick;
  });
  function show() {
    const done = ticks.filter((tick) => tick.checked).length;
    progress.textContent = done ? progress.dataset.progress.replace("{done}", done).replace("{all}", ticks.length) : advice;
    reset.hidden = !done;
  }
  reset.addEventListener("click", () => {
    for (const tick of ticks.filter((tick) => tick.checked)) tick.click();
    ticks[0].focus();
  });
  show();
}
document.querySelectorAll(".steps").forEach(tickable);

// A report for support is put together here and leaves this page only by being copied.
const report = document.querySelector("[data-report]");
if (report) {
  const show = (part, text) => { report.querySelector(`[data-shown="${part}"]`).textContent = text || "…"; };
  const now = new Date();
  show("time", new Date(now - now.getTimezoneOffset() * 60000).toISOString().slice(0, 16).replace("T", " "));
  report.addEventListener("input", (event) => show(event.target.dataset.part, event.target.value.trim()));
}

// “#olena@firma.com.ua” never reaches a server's log: it goes into the field, and the form is sent.
const fragment = location.hash.slice(1);
if (fragment.includes("@")) {
  history.replaceState(null, "", location.pathname + location.search);
  const form = document.querySelector("[data-ask]") ?? newForm();
  try { form.elements.address.value = decodeURIComponent(fragment); } catch { form.elements.address.value = fragment; }
  form.submit();
}

function newForm() {
  const form = document.createElement("form");
  form.method = "post";
  form.action = `/${document.documentElement.lang}/`;
  form.innerHTML = '<input type="hidden" name="address">';
  document.body.append(form);
  return form;
}

// Only people point, type or scroll: a personal link is counted as opened by the first of these, not by being fetched.
const seen = document.getElementById("main").dataset.seen;
if (seen) {
  const acts = ["pointerdown", "keydown", "wheel", "touchstart"];
  const tell = () => {
    for (const act of acts) removeEventListener(act, tell);
    fetch(seen, { method: "POST", keepalive: true, credentials: "omit" }).catch(() => { /* only a count is lost */ });
  };
  for (const act of acts) addEventListener(act, tell, { passive: true });
}

// A link to a place inside something folded opens it.
function unfold() {
  let place = null;
  try { place = document.getElementById(decodeURIComponent(location.hash.slice(1))); } catch { /* not one of ours */ }
  const fold = place?.closest("details:not([open])");
  if (!fold) return;
  fold.open = true;
  place.scrollIntoView();
}
addEventListener("hashchange", unfold);
unfold();
