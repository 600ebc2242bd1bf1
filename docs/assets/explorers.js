// Where a page has an explorer, load its module; it takes the place of the still picture that stands there.
for (const place of document.querySelectorAll("[data-explorer]")) {
  const module = new URL(`explorers/${place.dataset.explorer}.js`, import.meta.url);
  import(module).then(({ explore }) => explore(place));
}
