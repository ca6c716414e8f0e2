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
