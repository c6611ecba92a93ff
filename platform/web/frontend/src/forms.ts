// Forms: what the server's conditions say follows as one types; nothing typed is lost.
import { $, $$, ask, text } from "./page";

interface LiveField {
  visible: boolean;
  required: boolean;
  read_only: boolean;
  value?: string;
  title?: string;
  shown?: string;
  options?: { value: string; text: string }[];
}
interface Live {
  fields: Record<string, LiveField>;
  sections: Record<string, boolean>;
  totals?: Record<string, string>;
}

class RecordForm extends HTMLElement {
  private dirty = false;
  private touched = new Set<string>();
  private timer = 0;
  private asked = 0;

  connectedCallback(): void {
    this.addEventListener("input", (event) => this.typed(event));
    this.addEventListener("change", (event) => this.changed(event.target as HTMLInputElement));
    this.addEventListener("submit", () => this.submitted());
    this.addEventListener("keydown", (event) => this.key(event));
    window.addEventListener("beforeunload", this.leaving);
    $<HTMLElement>(".is-invalid", this)?.focus();
    this.offerDraft();
  }

  disconnectedCallback(): void {
    window.removeEventListener("beforeunload", this.leaving);
  }

  private get form(): HTMLFormElement {
    return this.querySelector("form")!;
  }
  private get draftKey(): string | null {
    const key = this.dataset["draft"];
    return key ? `tc-draft:${key}` : null;
  }

  private leaving = (event: BeforeUnloadEvent): void => {
    if (this.dirty) event.preventDefault();
  };

  private typed(event: Event): void {
    const input = event.target as HTMLInputElement;
    this.dirty = true;
    if (input.name) this.touched.add(input.name);
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      this.keepDraft();
      if (input.matches("[data-live]") && !input.matches("select, [type=checkbox], [type=radio]")) void this.live();
    }, 350);
  }

  private changed(input: HTMLInputElement): void {
    this.dirty = true;
    if (input.name) this.touched.add(input.name);
    if (input.closest("[data-live]") || input.matches("[data-live]")) void this.live();
  }

  private submitted(): void {
    this.dirty = false;
    window.clearTimeout(this.timer);
    this.keepDraft();
    sessionStorage.setItem("tc-sent", this.draftKey ?? "");
  }

  private key(event: KeyboardEvent): void {
    const save = (event.ctrlKey || event.metaKey) && (event.key === "Enter" || event.key.toLowerCase() === "s");
    if (save) {
      event.preventDefault();
      const which = event.altKey ? "new" : event.key === "Enter" ? "" : "stay";
      const button = $<HTMLButtonElement>(which ? `button[name=then][value=${which}]` : "button[type=submit].btn-primary", this);
      this.form.requestSubmit(button ?? undefined);
    } else if (event.key === "Escape" && !this.closest("dialog") && !(event.target as Element).closest(".ts-wrapper")) {
      $<HTMLAnchorElement>("a[data-cancel]", this)?.click();
    }
  }

  /** Asks the server which fields show, which are required and what follows from what was typed. */
  private async live(): Promise<void> {
    const url = this.dataset["liveUrl"];
    if (!url) return;
    const mine = ++this.asked;
    const body = new FormData(this.form);
    body.set("touched", [...this.touched].join(" "));
    const response = await ask(url, { method: "POST", body });
    if (!response.ok || mine !== this.asked) return;
    const answer = (await response.json()) as Live;
    for (const [name, state] of Object.entries(answer.fields)) this.apply(name, state);
    for (const [name, visible] of Object.entries(answer.sections)) {
      const section = $(`[data-section="${CSS.escape(name)}"]`, this);
      if (section) section.hidden = !visible;
    }
    for (const [name, total] of Object.entries(answer.totals ?? {})) {
      const cell = $(`[data-total="${CSS.escape(name)}"]`, this);
      if (cell) cell.textContent = total;
    }
  }

  private apply(name: string, state: LiveField): void {
    const holder = $(`[data-field="${CSS.escape(name)}"]`, this);
    if (!holder) return;
    holder.hidden = !state.visible;
    const mark = $(".required-mark", holder);
    if (mark) mark.hidden = !state.required;
    const input = $<HTMLInputElement | HTMLSelectElement>(`[name="${CSS.escape(name)}"]`, holder);
    if (input && state.options && input instanceof HTMLSelectElement) this.options(input, state.options);
    if (state.shown !== undefined) {
      const shown = $(".shown", holder);
      if (shown) shown.textContent = state.shown;
    }
    if (input && state.value !== undefined && !this.touched.has(name) && input.value !== state.value && document.activeElement !== input) {
      this.set(input, state);
      const was = $<HTMLInputElement>(`[name="${CSS.escape(`was.${name}`)}"]`, holder);
      if (was) was.value = state.value;
      holder.classList.remove("fresh");
      requestAnimationFrame(() => holder.classList.add("fresh"));
    }
  }

  private set(input: HTMLInputElement | HTMLSelectElement, state: LiveField): void {
    const lookup = (input as { tomselect?: { addOption(o: object): void; setValue(v: string, silent: boolean): void } }).tomselect;
    if (!lookup) {
      input.value = state.value ?? "";
      return;
    }
    if (state.value && state.title) lookup.addOption({ value: state.value, text: state.title });
    lookup.setValue(state.value ?? "", true);
  }

  private options(select: HTMLSelectElement, options: { value: string; text: string }[]): void {
    const chosen = select.value;
    select.replaceChildren(...options.map((each) => new Option(each.text, each.value, false, each.value === chosen)));
  }

  private keepDraft(): void {
    if (!this.draftKey) return;
    const values = [...new FormData(this.form)].filter(([name, value]) => typeof value === "string" && !name.startsWith("csrf") && name !== "version");
    localStorage.setItem(this.draftKey, JSON.stringify({ at: Date.now(), values }));
  }

  /** After a lost session or a closed tab: offers what was typed in the last day. */
  private offerDraft(): void {
    const key = this.draftKey;
    const kept = key ? localStorage.getItem(key) : null;
    if (!key || !kept || $(".is-invalid, .notice.danger", this)) return;
    const draft = JSON.parse(kept) as { at: number; values: [string, string][] };
    if (Date.now() - draft.at > 86_400_000) {
      localStorage.removeItem(key);
      return;
    }
    const notice = $<HTMLElement>("[data-draft-notice]", this);
    if (!notice) return;
    notice.hidden = false;
    notice.addEventListener("click", (event) => {
      const button = (event.target as Element).closest("button");
      if (!button) return;
      if (button.dataset["take"]) this.fill(draft.values);
      else localStorage.removeItem(key);
      notice.hidden = true;
    });
  }

  private fill(values: [string, string][]): void {
    for (const [name, value] of values) {
      const input = $<HTMLInputElement>(`[name="${CSS.escape(name)}"]`, this.form);
      if (!input || input.type === "hidden") continue;
      if (input.type === "checkbox") input.checked = true;
      else input.value = value;
      this.touched.add(name);
    }
    this.dirty = true;
    void this.live();
  }
}
customElements.define("tc-form", RecordForm);

// Arriving anywhere but on the form again means that what was sent was saved.
const sent = sessionStorage.getItem("tc-sent");
if (sent && !$(`tc-form[data-draft="${CSS.escape(sent.replace("tc-draft:", ""))}"]`) && !$(".sign-in")) {
  localStorage.removeItem(sent);
  sessionStorage.removeItem("tc-sent");
}

document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  const question = form.dataset["confirm"];
  if (question && !window.confirm(question)) event.preventDefault();
  if (form.matches("[data-sign-out]")) {
    Object.keys(localStorage).filter((key) => key.startsWith("tc-draft:")).forEach((key) => localStorage.removeItem(key));
  }
}, true);

document.addEventListener("change", (event) => {
  const select = event.target as HTMLSelectElement;
  if (select.matches?.("[data-submit-on-change]")) select.form?.requestSubmit();
});

for (const label of $$("[data-copy]")) {
  label.addEventListener("click", () => {
    void navigator.clipboard.writeText(label.dataset["copy"] ?? "");
    label.textContent = text("Copied");
  });
}
