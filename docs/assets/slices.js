// A long page is laid out in slices, so that between two of them the reader is heard.
//
// While the page comes in, style.css lets some boxes wait where they are far from the screen. Those that wait are not
// in the tree that screen readers read, so none waits for longer than it must.
const waits = (box) => getComputedStyle(box).contentVisibility === "auto";
const SLICE = 20; // milliseconds

const pause = () => new Promise((resolve) => setTimeout(resolve));

async function layOut() {
  let end = performance.now() + SLICE;
  for (const box of [...document.querySelectorAll(".md-typeset > *")].filter(waits)) {
    box.classList.add("laid-out");
    box.getBoundingClientRect(); // cannot be known before it is laid out
    if (performance.now() < end) continue;
    await pause();
    end = performance.now() + SLICE;
  }
  document.documentElement.classList.remove("in-slices");
}

if (document.documentElement.classList.contains("in-slices")) layOut();
