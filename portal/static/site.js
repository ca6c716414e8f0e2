"use strict";
// Copy buttons, steps that can be ticked off, and an address in the fragment. The pages work without any of it.

const announce = document.querySelector(".announce");

function say(text) {
  announce.textContent = "";
  requestAnimationFrame(() => { announce.textContent = text; });
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { announce.textContent = ""; }, 4000);
}

function selectText(element) {
  const range = document.createRange();
  range.selectNodeContents(element);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}

for (const button of document.querySelectorAll(".copy")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.classList.add("done");
      setTimeout(() => button.classList.remove("done"), 4000);
      say(`${announce.dataset.copied}: ${button.dataset.copy}`);
    } catch {
      // Old browsers and plain http: the reader copies what is selected.
      selectText(button.parentElement.querySelector(".value"));
      say(announce.dataset.failed);
    }
  });
}

// Ticks are kept per guide and device; the path of a guide holds no mail address.
for (const step of document.querySelectorAll(".guide .steps > li[id]")) {
  const key = `step ${location.pathname} ${step.id}`;
  const tick = document.createElement("input");
  tick.type = "checkbox";
  tick.className = "tick";
  tick.setAttribute("aria-label", step.querySelector("p").textContent.trim());
  try { tick.checked = localStorage.getItem(key) === "1"; } catch { /* private mode */ }
  tick.addEventListener("change", () => {
    try {
      if (tick.checked) localStorage.setItem(key, "1"); else localStorage.removeItem(key);
    } catch { /* private mode */ }
  });
  step.append(tick);
}

// “#olena@firma.com.ua” never reaches a server's log: it goes into the field, and the form is sent.
const form = document.querySelector("form[data-from-fragment]");
const fragment = location.hash.slice(1);
if (form && fragment.includes("@")) {
  history.replaceState(null, "", location.pathname + location.search);
  try { form.elements.address.value = decodeURIComponent(fragment); } catch { form.elements.address.value = fragment; }
  form.submit();
}

// A link to a place inside something folded opens it.
function unfold() {
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let element = target; element; element = element.parentElement) {
    if (element.tagName === "DETAILS") element.open = true;
  }
}
addEventListener("hashchange", unfold);
unfold();
