// The drawn way of an approval is wider than a phone: it begins where the case stands.
import { $, $$ } from "./page";

for (const drawing of $$(".case-drawing")) {
  const here = $<SVGGElement>(".case-box.open", drawing)?.getBoundingClientRect();
  if (here) {
    const frame = drawing.getBoundingClientRect();
    drawing.scrollLeft += here.left + here.width / 2 - frame.left - frame.width / 2;
  }
}
