import htmx from "htmx.org";
import { $, csrfToken } from "./page";
import "./menus";
import "./dialogs";
import "./toasts";
import "./lists";
import "./filters";
import "./boards";
import "./lookups";
import "./forms";
import "./lines";
import "./palette";
import "./shortcuts";
import "./tabs";
import "./neighbours";
import "./drawings";

document.documentElement.classList.add("js");

document.addEventListener("htmx:config:request", (event) => {
  const context = (event as CustomEvent<{ ctx: { request: { headers: Record<string, string> } } }>).detail.ctx;
  context.request.headers["X-CSRF-Token"] = csrfToken();
  context.request.headers["X-Fragment"] = "1";
});
document.addEventListener("tc:shown", (event) => htmx.process((event as CustomEvent<Element>).detail));

// A thin line at the top while something is under way, after a moment so that quick answers stay calm.
let waiting = 0;
function working(): void {
  window.clearTimeout(waiting);
  waiting = window.setTimeout(() => {
    if ($(".progress-line")) return;
    const line = document.createElement("div");
    line.className = "progress-line";
    line.setAttribute("aria-hidden", "true");
    document.body.append(line);
  }, 200);
}
function idle(): void {
  window.clearTimeout(waiting);
  $(".progress-line")?.remove();
}
document.addEventListener("htmx:before:request", working);
document.addEventListener("htmx:finally:request", idle);
window.addEventListener("beforeunload", working);
window.addEventListener("pageshow", idle);
