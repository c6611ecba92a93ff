// A lookup is a <select> that searches the server; without a script it offers the recent records.
import { openDialog } from "./dialogs";
import { text } from "./page";

interface Choice {
  value: string;
  text: string;
  second?: string;
}

class Lookup extends HTMLElement {
  private made: { destroy(): void; clearOptions(): void; loading: number; wrapper: HTMLElement } | null = null;
  private asked = 0;
  /** Something was chosen, and nothing typed since. */
  private isSettled = false;

  async connectedCallback(): Promise<void> {
    const select = this.querySelector("select");
    if (!select || this.made) return;
    const { default: TomSelect } = await import("tom-select/base");
    const { default: clearButton } = await import("tom-select/dist/esm/plugins/clear_button/plugin.js");
    const { default: removeButton } = await import("tom-select/dist/esm/plugins/remove_button/plugin.js");
    if (!this.isConnected || this.made) return;
    TomSelect.define("clear_button", clearButton);
    TomSelect.define("remove_button", removeButton);
    const url = this.dataset["url"];
    const create = this.dataset["create"];
    const plugins = select.multiple ? ["remove_button"] : select.required ? [] : ["clear_button"];
    this.made = new TomSelect(select, {
      plugins,
      valueField: "value",
      labelField: "text",
      searchField: url ? [] : ["text"],
      preload: url ? "focus" : false,
      maxOptions: 60,
      hidePlaceholder: true,
      selectOnTab: true,
      closeAfterSelect: true,
      clearAfterSelect: true,
      loadThrottle: 160,
      ...(url
        ? {
            load: (query: string, callback: (found?: Choice[]) => void) => {
              const turn = ++this.asked;
              void this.find(url, query, (found) => {
                if (!this.made) return;
                if (this.isSettled) {
                  // An answer too late: the callback would open the list again.
                  this.made.loading -= 1;
                  this.made.wrapper.classList.remove("loading");
                  return;
                }
                const isOvertaken = turn !== this.asked;
                if (!isOvertaken) this.made.clearOptions();
                callback(isOvertaken ? undefined : found);
              });
            },
            shouldLoad: () => true,
            score: () => () => 1,
          }
        : {}),
      onItemAdd: () => void (this.isSettled = true),
      onType: () => void (this.isSettled = false),
      onFocus: () => void (this.isSettled = false),
      create: create
        ? (typed: string, callback: (choice?: Choice) => void) => {
            const address = `${create}${create.includes("?") ? "&" : "?"}title=${encodeURIComponent(typed)}`;
            void openDialog(address, this.dataset["createLabel"] ?? "", (saved) => callback({ value: saved.id, text: saved.title }));
            callback();
            return false;
          }
        : false,
      render: {
        option: (item: Choice, escape: (raw: string) => string) =>
          `<div>${escape(item.text)}${item.second ? `<span class="second">${escape(item.second)}</span>` : ""}</div>`,
        option_create: (data: { input: string }, escape: (raw: string) => string) =>
          `<div class="create">${escape(text("Create “{title}”", { title: data.input }))}</div>`,
        no_results: () => `<div class="no-results">${text("Nothing found")}</div>`,
        loading: () => `<div class="no-results">…</div>`,
      },
    } as never);
    select.setAttribute("aria-hidden", "true"); // the box beside it has the label now
    const control = this.querySelector(".ts-control input");
    const label = document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
    if (control && select.getAttribute("aria-describedby")) control.setAttribute("aria-describedby", select.getAttribute("aria-describedby")!);
    if (control && !label && select.getAttribute("aria-label")) control.setAttribute("aria-label", select.getAttribute("aria-label")!);
  }

  disconnectedCallback(): void {
    this.made?.destroy();
    this.made = null;
  }

  /** What else the form holds narrows the search (a contact of the chosen account). */
  private async find(url: string, query: string, callback: (found?: Choice[]) => void): Promise<void> {
    const address = new URL(url, location.href);
    address.searchParams.set("q", query);
    const form = this.closest("form");
    for (const name of (this.dataset["with"] ?? "").split(" ").filter(Boolean)) {
      const value = form ? new FormData(form).get(name) : null;
      if (typeof value === "string") address.searchParams.set(`with.${name}`, value);
    }
    const response = await fetch(address, { credentials: "same-origin", headers: { Accept: "application/json" } });
    callback(response.ok ? ((await response.json()) as { results: Choice[] }).results : []);
  }
}
customElements.define("tc-lookup", Lookup);
