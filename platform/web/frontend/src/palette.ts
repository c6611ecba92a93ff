// The command palette (Ctrl K) and the box at the top: one list of places, actions and records.
import { $, $$, ask, show } from "./page";

let timer = 0;

function search(input: HTMLInputElement, target: Element): void {
  window.clearTimeout(timer);
  timer = window.setTimeout(async () => {
    const response = await ask(`${input.dataset["url"]}?q=${encodeURIComponent(input.value)}`);
    if (response.ok) show(target, await response.text());
    choose(target, 0);
  }, 120);
}

function items(target: Element): HTMLElement[] {
  return $$<HTMLElement>(".menu-item", target);
}

function choose(target: Element, step: number): void {
  const all = items(target);
  const at = all.findIndex((item) => item.getAttribute("aria-selected") === "true");
  const next = all[step === 0 ? 0 : (at + step + all.length) % all.length];
  all.forEach((item) => item.setAttribute("aria-selected", "false"));
  next?.setAttribute("aria-selected", "true");
  next?.scrollIntoView({ block: "nearest" });
  const input = target.closest("dialog, form")?.querySelector("input[role=combobox]");
  if (next) input?.setAttribute("aria-activedescendant", next.id);
}

function connect(input: HTMLInputElement, target: Element): void {
  input.addEventListener("input", () => search(input, target));
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(target, event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter") {
      const chosen = items(target).find((item) => item.getAttribute("aria-selected") === "true");
      if (chosen) {
        event.preventDefault();
        chosen.click();
      }
    }
  });
}

export function openPalette(): void {
  const palette = $<HTMLDialogElement>("#palette");
  const input = $<HTMLInputElement>("#palette input");
  const list = $("#palette .palette-list");
  if (!palette || !input || !list) return;
  input.value = "";
  palette.showModal();
  search(input, list);
}

const palette = $<HTMLInputElement>("#palette input");
const paletteList = $("#palette .palette-list");
if (palette && paletteList) connect(palette, paletteList);
const box = $<HTMLInputElement>("#search-box");
const boxPanel = $(".search-panel");
if (box && boxPanel) {
  connect(box, boxPanel);
  box.addEventListener("focus", () => box.value && search(box, boxPanel));
  document.addEventListener("click", (event) => {
    if (!box.form?.contains(event.target as Node)) boxPanel.replaceChildren();
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      boxPanel.replaceChildren();
      box.blur();
    }
  });
}
