// The filter builder: rows come from the server; adding and removing them needs no page load.
import htmx from "htmx.org";
import { $, $$, ask, show } from "./page";

class FilterBuilder extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("click", (event) => {
      const target = event.target as Element;
      const remove = target.closest("[data-remove-row]");
      const add = target.closest<HTMLElement>("[data-add-row]");
      const group = target.closest<HTMLElement>("[data-add-group]");
      if (remove) {
        event.preventDefault();
        remove.closest(".filter-row")?.remove();
      } else if (add) {
        event.preventDefault();
        this.add(add);
      } else if (group) {
        event.preventDefault();
        this.addGroup(group);
      }
    });
    this.addEventListener("change", (event) => {
      const select = (event.target as Element).closest<HTMLSelectElement>("select[data-changes-row]");
      if (select) this.renew(select.closest<HTMLElement>(".filter-row")!);
    });
  }

  private add(button: HTMLElement): void {
    const next = 1 + Math.max(-1, ...$$(".filter-row", this).map((row) => Number(row.dataset["n"])));
    const url = `${this.dataset["rowUrl"]}?n=${next}&group=${button.dataset["addRow"]}`;
    void htmx.ajax("GET", url, { target: button.previousElementSibling as HTMLElement, swap: "beforeend" });
  }

  /** A box whose conditions are alternatives, with its first one. */
  private addGroup(button: HTMLElement): void {
    const number = Number(button.dataset["addGroup"]);
    button.dataset["addGroup"] = String(number + 1);
    const box = document.createElement("div");
    box.className = "filter-group";
    const title = document.createElement("p");
    title.className = "menu-title";
    title.textContent = button.dataset["title"] ?? "";
    const more = document.createElement("button");
    more.type = "button";
    more.className = "btn btn-sm btn-quiet";
    more.dataset["addRow"] = `g${number}`;
    more.textContent = `+ ${button.dataset["more"] ?? ""}`;
    box.append(title, document.createElement("div"), more);
    button.before(box);
    this.add(more);
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

// The builder is fetched when somebody first wants to filter; without a script the link shows it.
document.addEventListener("click", async (event) => {
  const link = (event.target as Element).closest<HTMLAnchorElement>("[data-filter]");
  const place = $("#filter-place");
  if (!link || !place) return;
  event.preventDefault();
  if (place.firstElementChild) {
    place.hidden = !place.hidden;
  } else {
    const response = await ask(link.dataset["filter"]!, { headers: { "X-Fragment": "filter" } });
    show(place, await response.text());
  }
  link.setAttribute("aria-expanded", String(!place.hidden));
  if (!place.hidden) $<HTMLElement>("select, input:not([type=hidden])", place)?.focus();
});
