// One registry of keys; the `?` sheet lists what the page's own elements say they answer to.
import { $, $$, isTyping } from "./page";
import { openPalette } from "./palette";

function follow(selector: string): boolean {
  const element = $<HTMLElement>(selector);
  element?.click();
  return element !== null;
}

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openPalette();
    return;
  }
  if (isTyping(event.target) || event.altKey || $("dialog[open]")) return;
  if (event.ctrlKey || event.metaKey) {
    const arrow = { ArrowUp: "[data-key=previous]", ArrowDown: "[data-key=next]" }[event.key];
    if (arrow && follow(arrow)) event.preventDefault();
    return;
  }
  if (event.key === "/") {
    event.preventDefault();
    $<HTMLInputElement>("#search-box")?.focus();
  } else if (event.key === "Escape") {
    follow("tc-form a[data-cancel]");
  } else if (event.key === "?") {
    $<HTMLDialogElement>("#shortcuts")?.showModal();
  } else {
    const element = $$<HTMLElement>("[data-key]").find((each) => each.dataset["key"] === event.key);
    if (element) {
      event.preventDefault();
      element.click();
    }
  }
});

document.addEventListener("click", (event) => {
  const target = event.target as Element;
  if (target.closest("[data-open-shortcuts]")) $<HTMLDialogElement>("#shortcuts")?.showModal();
  if (target.closest("[data-open-palette]")) openPalette();
  if (target instanceof HTMLDialogElement) target.close();
});
