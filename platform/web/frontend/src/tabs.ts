// Tabs are links that the server answers. Where the row is wider than the screen, the current one is
// in sight; the arrow keys walk among those of a record.
import { $, $$ } from "./page";

for (const row of $$(".tabs")) {
  const current = $("[aria-current=page], [aria-selected=true]", row)?.getBoundingClientRect();
  if (current) row.scrollLeft += current.left - row.getBoundingClientRect().left - (row.clientWidth - current.width) / 2;
}

document.addEventListener("keydown", (event) => {
  const tab = (event.target as Element).closest?.<HTMLElement>("[role=tab]");
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!tab || !step) return;
  const tabs = $$("[role=tab]", tab.parentElement!);
  tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length]?.focus();
});
