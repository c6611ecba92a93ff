// Menus are <details>: a script only closes them and lets the arrow keys walk.
import { $, $$ } from "./page";

document.addEventListener("click", (event) => {
  for (const menu of $$<HTMLDetailsElement>("details.menu[open]")) {
    if (!menu.contains(event.target as Node)) menu.open = false;
  }
  const opener = (event.target as Element).closest?.("[data-open-side]");
  const side = $(".side");
  if (opener) {
    event.preventDefault();
    side?.classList.toggle("open");
  } else if (side?.classList.contains("open") && !side.contains(event.target as Node)) {
    side.classList.remove("open");
  }
});

document.addEventListener("keydown", (event) => {
  const menu = (event.target as Element).closest?.<HTMLDetailsElement>("details.menu[open]");
  if (!menu) return;
  const items = $$<HTMLElement>(".menu-item, .menu-panel input:not([type=hidden])", menu);
  const at = items.indexOf(document.activeElement as HTMLElement);
  if (event.key === "Escape") {
    menu.open = false;
    $<HTMLElement>("summary", menu)?.focus();
    event.stopPropagation();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    const step = event.key === "ArrowDown" ? 1 : -1;
    items[(at + step + items.length) % items.length]?.focus();
  }
});
