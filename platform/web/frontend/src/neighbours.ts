// Previous and next record of the list one came from: the list leaves its order with the tab.
import { $, $$, text } from "./page";

interface Order {
  url: string;
  ids: string[];
}
const key = (object: string): string => `tc-list:${object}`;

const list = $("tc-list[data-object]");
if (list) {
  const ids = $$("tbody tr", list).map((row) => row.dataset["id"] ?? "");
  const order: Order = { url: location.pathname + location.search, ids };
  sessionStorage.setItem(key(list.dataset["object"]!), JSON.stringify(order));
}

const record = $("#record");
const kept = record ? sessionStorage.getItem(key(record.dataset["object"]!)) : null;
if (record && kept) {
  const order = JSON.parse(kept) as Order;
  const at = order.ids.indexOf(record.dataset["id"]!);
  const holder = $("[data-neighbours]", record);
  const back = $<HTMLAnchorElement>("[data-came-from]", record);
  if (back && at >= 0) back.href = order.url;
  if (holder && at >= 0) {
    holder.hidden = false;
    link("previous", order.ids[at - 1]);
    link("next", order.ids[at + 1]);
    $("span", holder)!.textContent = text("{place} of {count}", { place: at + 1, count: order.ids.length });
  }
  function link(which: string, id: string | undefined): void {
    const anchor = $<HTMLAnchorElement>(`[data-key=${which}]`, holder!)!;
    if (id) anchor.href = `/o/${record!.dataset["object"]}/${id}`;
    else anchor.hidden = true;
  }
}

document.addEventListener("click", (event) => {
  if ((event.target as Element).closest("[data-print]")) window.print();
});
