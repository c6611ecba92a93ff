// A link with data-dialog opens its page in a dialog; without a script it is a plain link.
import { $, ask, refresh, show } from "./page";
import { toast } from "./toasts";

export interface Saved {
  id: string;
  title: string;
  location?: string;
  message?: string;
}
type Done = (saved: Saved) => void;

let done: Done = refresh;
let opener: HTMLElement | null = null;

function sheet(): HTMLDialogElement {
  return $<HTMLDialogElement>("#sheet")!;
}

/** Opens `url` in the dialog; `whenSaved` is told what its form saved. */
export async function openDialog(url: string, title: string, whenSaved: Done = refresh): Promise<void> {
  opener = document.activeElement as HTMLElement | null;
  done = whenSaved;
  const response = await ask(url, { headers: { "X-Fragment": "dialog" } });
  showDialog(await response.text(), title);
}

export function showDialog(html: string, title: string, whenSaved?: Done): void {
  if (whenSaved) done = whenSaved;
  const dialog = sheet();
  $("#sheet-title", dialog)!.textContent = title;
  show($(".dialog-body", dialog)!, html);
  if (!dialog.open) dialog.showModal();
  const first = $<HTMLElement>(".is-invalid, [autofocus], input:not([type=hidden]), textarea, select", $(".dialog-body", dialog)!);
  first?.focus();
}

export function closeDialog(): void {
  sheet().close();
  opener?.focus();
}

document.addEventListener("click", (event) => {
  const target = event.target as Element;
  const link = target.closest?.<HTMLAnchorElement>("a[data-dialog]");
  if (link && !event.metaKey && !event.ctrlKey && !event.shiftKey && event.button === 0) {
    event.preventDefault();
    void openDialog(link.href, link.dataset["dialog"] || link.textContent?.trim() || "");
  } else if (target.closest?.("[data-close-dialog]")) {
    event.preventDefault();
    target.closest("dialog")?.close();
    opener?.focus();
  }
});

document.addEventListener("submit", async (event) => {
  const form = event.target as HTMLFormElement;
  if (!form.closest("#sheet") || form.method !== "post" || event.defaultPrevented) return;
  event.preventDefault();
  const submitter = (event as SubmitEvent).submitter as HTMLButtonElement | null;
  submitter?.setAttribute("disabled", "");
  const response = await ask(submitter?.hasAttribute("formaction") ? submitter.formAction : form.action, {
    method: "POST",
    body: new FormData(form, submitter),
    headers: { "X-Fragment": "dialog" },
  });
  submitter?.removeAttribute("disabled");
  if (response.headers.get("Content-Type")?.includes("json")) {
    const saved = (await response.json()) as Saved;
    closeDialog();
    if (saved.message) toast(saved.message);
    done(saved);
  } else {
    showDialog(await response.text(), $("#sheet-title")!.textContent ?? "");
  }
});
