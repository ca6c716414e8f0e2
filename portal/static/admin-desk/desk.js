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
