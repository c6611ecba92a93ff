// Line items inside a form: rows are added from a template and removed by a mark the server reads.
import { $, $$ } from "./page";

class LineItems extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("click", (event) => {
      const target = event.target as Element;
      if (target.closest("[data-add-line]")) {
        event.preventDefault();
        this.add();
      }
      const remove = target.closest("[data-remove-line]");
      if (remove) {
        event.preventDefault();
        this.remove_line(remove.closest("tr")!);
      }
    });
    this.addEventListener("keydown", (event) => {
      const row = (event.target as Element).closest("tr");
      if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && row && (event.target as Element).matches("input:not([role=combobox])")) {
        event.preventDefault();
        if (!row.nextElementSibling) this.add();
        else $<HTMLElement>("input:not([type=hidden]), select", row.nextElementSibling)?.focus();
      }
    });
  }

  private add(): void {
    const body = $("tbody", this)!;
    const template = $<HTMLTemplateElement>("template", this)!;
    const next = 1 + Math.max(-1, ...$$("tr", body).map((row) => Number(row.dataset["n"])));
    const holder = document.createElement("tbody");
    holder.append(template.content.cloneNode(true));
    for (const element of $$("*", holder)) {
      for (const attribute of [...element.attributes]) {
        if (attribute.value.includes("__n__")) element.setAttribute(attribute.name, attribute.value.replaceAll("__n__", String(next)));
      }
    }
    const row = holder.firstElementChild as HTMLElement;
    row.dataset["n"] = String(next);
    body.append(row);
    $<HTMLElement>("input:not([type=hidden]), select", row)?.focus();
  }

  private remove_line(row: HTMLElement): void {
    const mark = $<HTMLInputElement>("input[name$='.remove']", row);
    if ($<HTMLInputElement>("input[name$='.id']", row)?.value && mark) {
      mark.checked = true;
      row.classList.add("removed");
    } else {
      row.remove();
    }
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }
}
customElements.define("tc-lines", LineItems);
