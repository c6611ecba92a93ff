// Short notes at the lower left. A note with an action stays longer, so that undo can be reached.
import { $, $$, text } from "./page";

export function toast(message: string, kind: "" | "danger" = ""): void {
  const note = document.createElement("div");
  note.className = `toast-note ${kind}`;
  note.setAttribute("role", kind ? "alert" : "status");
  const words = document.createElement("span");
  words.textContent = message;
  const close = document.createElement("button");
  close.className = "btn btn-sm";
  close.type = "button";
  close.textContent = "×";
  close.setAttribute("aria-label", text("Close"));
  note.append(words, close);
  $(".toasts")?.append(note);
  leave(note);
}

function leave(note: Element): void {
  const stay = $("form, .danger", note) || note.matches(".danger") ? 15000 : 5000;
  let timer = window.setTimeout(() => note.remove(), stay);
  note.addEventListener("mouseenter", () => window.clearTimeout(timer));
  note.addEventListener("mouseleave", () => (timer = window.setTimeout(() => note.remove(), 3000)));
  note.addEventListener("click", (event) => {
    if ((event.target as Element).closest("button[type=button]")) note.remove();
  });
}

$$(".toast-note").forEach(leave);
document.addEventListener("tc:toast", (event) => toast(String((event as CustomEvent<{ value?: string }>).detail?.value ?? "")));
