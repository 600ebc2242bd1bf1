// The symbols of an equation wait as text in a <noscript> until the reader unfolds them: so a page with a hundred
// equations is there sooner. tools/finish/lighten.py puts them there.
//
// Elsewhere in the page, "unfolded" tells that there is something new below the target.
function unfold(details) {
  const waiting = details.querySelectorAll(":scope > noscript");
  for (const box of waiting) {
    const { body } = new DOMParser().parseFromString(box.textContent, "text/html");
    box.replaceWith(...body.childNodes);
  }
  if (waiting.length) details.dispatchEvent(new CustomEvent("unfolded", { bubbles: true }));
}

document.addEventListener("toggle", ({ target }) => target.matches?.("details[open]") && unfold(target), true);
for (const details of document.querySelectorAll("details[open]")) unfold(details);
