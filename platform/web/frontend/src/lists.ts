// Lists: choose many rows, walk with the keyboard, edit a cell where it stands.
import htmx from "htmx.org";
import { $, $$, isTyping, text } from "./page";

class RecordList extends HTMLElement {
  private last: HTMLInputElement | null = null;

  connectedCallback(): void {
    this.addEventListener("click", (event) => this.clicked(event));
    this.addEventListener("change", () => this.count());
    this.addEventListener("dblclick", (event) => this.edit(event.target as Element));
    this.addEventListener("keydown", (event) => this.cellKey(event));
    this.count();
  }

  private get boxes(): HTMLInputElement[] {
    return $$<HTMLInputElement>("tbody .pick input", this);
  }

  private clicked(event: MouseEvent): void {
    const target = event.target as Element;
    const box = target.closest<HTMLInputElement>(".pick input");
    if (target.closest("[data-pick-none]")) {
      this.boxes.forEach((each) => (each.checked = false));
      this.toggleAll(false);
      this.count();
    } else if (target.closest("[data-pick-matching]")) {
      this.toggleAll(true);
      this.count();
    } else if (box?.closest("thead")) {
      this.boxes.forEach((each) => (each.checked = box.checked));
      this.toggleAll(false);
      this.count();
    } else if (box) {
      this.range(box, event.shiftKey);
    }
  }

  private toggleAll(on: boolean): void {
    const all = $<HTMLInputElement>("input[name=everything]", this);
    if (all) all.value = on ? "1" : "";
  }

  private range(box: HTMLInputElement, wide: boolean): void {
    const [from, to] = [this.boxes.indexOf(this.last ?? box), this.boxes.indexOf(box)];
    if (wide && from >= 0) {
      this.boxes.slice(Math.min(from, to), Math.max(from, to) + 1).forEach((each) => (each.checked = box.checked));
    }
    this.last = box;
    this.toggleAll(false);
    this.count();
  }

  private count(): void {
    const chosen = this.boxes.filter((box) => box.checked);
    this.boxes.forEach((box) => box.closest("tr")!.setAttribute("aria-selected", String(box.checked)));
    const head = $<HTMLInputElement>("thead .pick input", this);
    if (head) {
      head.checked = chosen.length > 0 && chosen.length === this.boxes.length;
      head.indeterminate = chosen.length > 0 && !head.checked;
    }
    const bar = $(".bulk-bar", this);
    if (!bar) return;
    bar.toggleAttribute("data-empty", chosen.length === 0);
    const everything = $<HTMLInputElement>("input[name=everything]", this)?.value === "1";
    const words = $("[data-count]", bar);
    if (words) words.textContent = everything ? (words.dataset["all"] ?? "") : text("{count} selected", { count: chosen.length });
    const offer = $("[data-pick-matching]", bar);
    if (offer) offer.hidden = everything || !head?.checked;
  }

  private edit(target: Element): void {
    const cell = target.closest<HTMLElement>("td[data-edit]");
    if (!cell || cell.classList.contains("editing")) return;
    cell.classList.add("editing");
    cell.dataset["was"] = cell.innerHTML;
    const row = cell.closest<HTMLElement>("tr")!;
    const url = `${this.dataset["url"]}/${row.dataset["id"]}/cell/${cell.dataset["edit"]}`;
    void htmx.ajax("GET", url, { target: cell, swap: "innerHTML" });
  }

  private cellKey(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    const cell = target.closest<HTMLElement>("td[data-edit]");
    if (!cell) return;
    if (event.key === "Escape" && cell.classList.contains("editing")) {
      cell.classList.remove("editing");
      cell.innerHTML = cell.dataset["was"] ?? "";
      cell.focus();
      event.stopPropagation();
    } else if (event.key === "Enter" && target === cell) {
      event.preventDefault();
      this.edit(cell);
    }
  }

  /** `j`, `k`: one row down or up; `x` chooses it; Enter opens it. */
  walk(key: string): void {
    const rows = $$("tbody tr", this);
    const at = rows.findIndex((row) => row.classList.contains("cursor"));
    if (key === "x" || key === "Enter") {
      const row = rows[at];
      if (key === "x") $<HTMLInputElement>(".pick input", row)?.click();
      else $<HTMLAnchorElement>("a.title", row)?.click();
      return;
    }
    const next = rows[Math.max(0, Math.min(rows.length - 1, at + (key === "j" ? 1 : -1)))];
    rows[at]?.classList.remove("cursor");
    next?.classList.add("cursor");
    next?.scrollIntoView({ block: "nearest" });
  }
}
customElements.define("tc-list", RecordList);

/** Comes with a saved fact: other facts may follow from it, so the record is read again. */
class Refresh extends HTMLElement {
  connectedCallback(): void {
    const here = location.pathname + location.search;
    void htmx.ajax("GET", here, { target: "#record", select: "#record", swap: "outerMorph" });
  }
}
customElements.define("tc-refresh", Refresh);

document.addEventListener("htmx:after:swap", () => {
  for (const cell of $$("td.editing, dd.editing")) {
    $<HTMLElement>("input:not([type=hidden]), select, textarea", cell)?.focus();
  }
});

// The same for a field on a record page: the pencil asks for the editor, Esc puts the value back.
document.addEventListener("click", (event) => {
  const pencil = (event.target as Element).closest<HTMLElement>(".edit-here");
  const fact = pencil?.closest<HTMLElement>("dd");
  if (!pencil || !fact) return;
  event.preventDefault();
  fact.classList.add("editing");
  fact.dataset["was"] = fact.innerHTML;
  void htmx.ajax("GET", pencil.dataset["url"]!, { target: fact, swap: "innerHTML" });
});
document.addEventListener("keydown", (event) => {
  const fact = (event.target as Element).closest?.<HTMLElement>("dd.editing");
  if (event.key === "Escape" && fact) {
    fact.classList.remove("editing");
    fact.innerHTML = fact.dataset["was"] ?? "";
  }
});
document.addEventListener("click", (event) => {
  const cancel = (event.target as Element).closest("[data-cancel-cell]");
  const holder = cancel?.closest<HTMLElement>(".editing");
  if (!holder) return;
  holder.classList.remove("editing");
  holder.innerHTML = holder.dataset["was"] ?? "";
});

document.addEventListener("keydown", (event) => {
  const list = $<RecordList>("tc-list[data-keys]");
  if (!list || isTyping(event.target) || event.metaKey || event.ctrlKey || event.altKey) return;
  if (["j", "k", "x"].includes(event.key)) list.walk(event.key);
  else if (event.key === "Enter" && $("tr.cursor", list) && event.target === document.body) list.walk("Enter");
});
