// Tabs of a record are links that the server answers; the arrow keys walk among them.
import { $$ } from "./page";

document.addEventListener("keydown", (event) => {
  const tab = (event.target as Element).closest?.<HTMLElement>("[role=tab]");
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!tab || !step) return;
  const tabs = $$("[role=tab]", tab.parentElement!);
  tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length]?.focus();
});
