// The filter builder: rows come from the server; adding and removing them needs no page load.
import htmx from "htmx.org";
import { $, $$ } from "./page";

/** The number of the row that begins a group; the server knows it too. */
const SPARE = 900;

class FilterBuilder extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("click", (event) => {
      const target = event.target as Element;
      const remove = target.closest("[data-remove-row]");
      const add = target.closest<HTMLElement>("[data-add-row]");
      if (remove) {
        event.preventDefault();
        remove.closest(".filter-row")?.remove();
      } else if (add) {
        event.preventDefault();
        this.add(add);
      }
    });
    this.addEventListener("change", (event) => {
      const select = (event.target as Element).closest<HTMLSelectElement>("select[data-changes-row]");
      if (select) this.renew(select.closest<HTMLElement>(".filter-row")!);
    });
  }

  private add(button: HTMLElement): void {
    const used = $$(".filter-row", this).map((row) => Number(row.dataset["n"]));
    const next = 1 + Math.max(-1, ...used.filter((n) => n < SPARE));
    const url = `${this.dataset["rowUrl"]}?n=${next}&group=${button.dataset["addRow"]}`;
    void htmx.ajax("GET", url, { target: button.previousElementSibling as HTMLElement, swap: "beforeend" });
  }

  private renew(row: HTMLElement): void {
    const values = new URLSearchParams();
    for (const input of $$<HTMLInputElement | HTMLSelectElement>("input, select", row)) {
      values.append(input.name.replace(/^w\.\d+\./, ""), input.value);
    }
    values.set("n", row.dataset["n"]!);
    void htmx.ajax("GET", `${this.dataset["rowUrl"]}?${values}`, { target: row, swap: "outerHTML" });
  }
}
customElements.define("tc-filter", FilterBuilder);

document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest<HTMLElement>("[data-toggle]");
  const panel = button ? $(button.dataset["toggle"]!) : null;
  if (!button || !panel) return;
  event.preventDefault();
  panel.hidden = !panel.hidden;
  button.setAttribute("aria-expanded", String(!panel.hidden));
  if (!panel.hidden) $<HTMLElement>("select, input", panel)?.focus();
});
