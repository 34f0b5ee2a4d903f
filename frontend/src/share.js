// Small comforts: copy an address, share by the system's own dialog, and show the links
// that only phones understand on phones.
for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  const said = button.textContent;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.done;
    setTimeout(() => (button.textContent = said), 2500);
  });
}

for (const button of document.querySelectorAll("button[data-share]")) {
  if (!navigator.share) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    navigator.share({ title: document.title, url: button.dataset.share }).catch(() => {});
  });
}

const isPhone = matchMedia("(pointer: coarse) and (hover: none)").matches;
for (const item of document.querySelectorAll("[data-phone]")) item.hidden = !isPhone;
