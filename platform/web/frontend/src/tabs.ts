// Tabs of a record: without a script the parts stand one below the other and the tabs are links.
import { $, $$ } from "./page";

class RecordTabs extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("click", (event) => {
      const tab = (event.target as Element).closest<HTMLAnchorElement>("[role=tab]");
      if (!tab) return;
      event.preventDefault();
      this.show(tab);
      history.replaceState(null, "", tab.hash);
    });
    this.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const tabs = this.tabs;
      const at = tabs.indexOf(document.activeElement as HTMLAnchorElement);
      if (!step || at < 0) return;
      const next = tabs[(at + step + tabs.length) % tabs.length]!;
      next.focus();
      this.show(next);
    });
    const wanted = this.tabs.find((tab) => tab.hash === location.hash) ?? this.tabs[0];
    if (wanted) this.show(wanted);
  }

  private get tabs(): HTMLAnchorElement[] {
    return $$<HTMLAnchorElement>("[role=tab]", this);
  }

  private show(chosen: HTMLAnchorElement): void {
    for (const tab of this.tabs) {
      const on = tab === chosen;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
      const body = $(tab.hash);
      if (body) body.hidden = !on;
    }
  }
}
customElements.define("tc-tabs", RecordTabs);
