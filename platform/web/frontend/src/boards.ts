// Boards: a card is dragged, or moved by its menu (which works without a script).
import { $, $$, ask, refresh } from "./page";
import { showDialog } from "./dialogs";
import { toast } from "./toasts";

interface Moved {
  version: number;
  columns: Record<string, { count: string; totals: string }>;
}

class RecordBoard extends HTMLElement {
  async connectedCallback(): Promise<void> {
    const { default: Sortable } = await import("sortablejs");
    for (const list of $$(".board-cards", this)) {
      Sortable.create(list, {
        group: this.id || "board",
        animation: 140,
        filter: "a, button, summary, .menu-panel",
        preventOnFilter: false,
        delay: 180,
        delayOnTouchOnly: true,
        onEnd: (event) => {
          if (event.from !== event.to) void this.move(event.item, event.from, event.oldIndex ?? 0, event.to);
        },
      });
    }
  }

  private async move(card: HTMLElement, from: HTMLElement, index: number, to: HTMLElement): Promise<void> {
    const body = new FormData();
    body.set("to", to.dataset["column"] ?? "");
    body.set("field", this.dataset["field"] ?? "");
    body.set("version", card.dataset["version"] ?? "");
    for (const [name, value] of JSON.parse(this.dataset["question"] ?? "[]") as [string, string][]) body.set(`q.${name}`, value);
    card.setAttribute("aria-busy", "true");
    const response = await ask(card.dataset["moveUrl"]!, { method: "POST", body, headers: { "X-Fragment": "board" } });
    card.removeAttribute("aria-busy");
    if (response.ok) {
      this.moved(card, (await response.json()) as Moved);
      return;
    }
    from.insertBefore(card, from.children[index] ?? null);
    const kind = response.headers.get("Content-Type") ?? "";
    if (response.status === 422 && kind.includes("html")) showDialog(await response.text(), card.dataset["title"] ?? "", refresh);
    else toast(((await response.json()) as { error: { message: string } }).error.message, "danger");
  }

  private moved(card: HTMLElement, answer: Moved): void {
    card.dataset["version"] = String(answer.version);
    for (const [name, column] of Object.entries(answer.columns)) {
      const head = $(`[data-column-head="${CSS.escape(name)}"]`, this);
      const [count, total] = [$(".badge-count", head ?? this), $(".total", head ?? this)];
      if (head && count) count.textContent = column.count;
      if (head && total) total.textContent = column.totals;
    }
  }
}
customElements.define("tc-board", RecordBoard);
