// A domain has one primary name: marking one takes the mark off the others.
document.addEventListener("change", (event) => {
  const box = event.target;
  if (!box.matches("input[name$='-is_primary']") || !box.checked) {
    return;
  }
  for (const other of box.closest(".inline-group").querySelectorAll("input[name$='-is_primary']")) {
    other.checked = other === box;
  }
});

// What is shown once is copied by a button beside it; where that is forbidden, it is selected instead.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-copy]");
  if (!button) {
    return;
  }
  const field = document.getElementById(button.dataset.copy);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    button.classList.add("done");
  } catch {
    field.focus();
  }
});

// The search field takes whole tickets, so it has lines; Enter searches all the same, and Shift with Enter begins a line.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target.matches("[data-sends-on-enter]")) {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
});

// A ready reply is copied whole; where the browser refuses, it is selected for the keyboard.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copies]");
  if (!button) {
    return;
  }
  const field = document.getElementById(button.dataset.copies);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    button.parentElement.querySelector("[role=status]").textContent = button.dataset.copied;
  } catch {
    field.focus();
  }
});

// Buttons that need this script are shown by it.
for (const button of document.querySelectorAll("[data-copies][hidden]")) {
  button.hidden = false;
}

// What a field with a search is asked for is posted, since it may be an address.
if (window.django?.jQuery) {
  const token = document.querySelector("[name=csrfmiddlewaretoken]");
  window.django.jQuery.ajaxSetup({ headers: { "X-CSRFToken": token ? token.value : "" } });
}

// A field with a search has its name in a label that the list drawn over it, sooner or later, does not know of.
new MutationObserver(() => {
  for (const field of document.querySelectorAll("select.admin-autocomplete")) {
    const words = field.getAttribute("aria-label") || field.labels[0]?.textContent.trim();
    for (const part of field.parentElement.querySelectorAll(".select2-selection, .select2-selection__rendered")) {
      part.setAttribute("aria-label", words);
    }
  }
}).observe(document.body, { childList: true, subtree: true });
