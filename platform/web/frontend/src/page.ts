// What every script here needs: finding things, texts in the reader's language, talking to the server.

export const $ = <T extends Element = HTMLElement>(selector: string, within: ParentNode = document): T | null =>
  within.querySelector<T>(selector);
export const $$ = <T extends Element = HTMLElement>(selector: string, within: ParentNode = document): T[] => [
  ...within.querySelectorAll<T>(selector),
];

let texts: Record<string, string> | null = null;

/** The text the server gave for `key`, in the reader's language, with `{names}` filled in. */
export function text(key: string, data: Record<string, string | number> = {}): string {
  texts ??= JSON.parse($("#tc-texts")?.dataset["texts"] ?? "{}") as Record<string, string>;
  return (texts[key] ?? key).replace(/\{(\w+)\}/g, (whole, name: string) => String(data[name] ?? whole));
}

export const csrfToken = (): string => $<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";

/** A request of this page: same origin, with the session's token, answered as a fragment. */
export function ask(url: string, options: RequestInit = {}): Promise<Response> {
  const headers = new Headers(options.headers);
  headers.set("X-CSRF-Token", csrfToken());
  headers.set("X-Fragment", headers.get("X-Fragment") ?? "1");
  return fetch(url, { ...options, headers, credentials: "same-origin" });
}

export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input:not([type=checkbox]):not([type=radio]), textarea, select"));
}

/** Loads `url` as the whole page would; used where a saved change touches many parts. */
export function refresh(): void {
  window.location.reload();
}

/** Replaces the children of `target` with the HTML our own server sent. */
export function show(target: Element, html: string): void {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  target.replaceChildren(...parsed.body.childNodes);
  document.dispatchEvent(new CustomEvent("tc:shown", { detail: target }));
}
