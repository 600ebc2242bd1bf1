// The search's index is the heaviest file of the book, and the theme asks for it as soon as a page is opened. Here
// that request waits until the reader goes to the search, or comes from it with words to be marked.
//
// It must run before the theme's script. Without it all works as the theme has it.
{
  const INDEX = /\/search\/search_index\.json$/;
  const { open, send } = XMLHttpRequest.prototype;
  const waiting = new WeakSet();
  const wanted = ["q", "h"].some((name) => new URLSearchParams(location.search).has(name));
  const isSearch = (event) => event.target.closest?.("[data-md-component=search], [data-md-toggle=search]");

  // Whatever way leads to the search moves the focus into it, or switches it on.
  const asked = new Promise((resolve) => {
    if (wanted) resolve();
    for (const kind of ["focusin", "change"]) {
      document.addEventListener(kind, (event) => isSearch(event) && resolve());
    }
  });

  XMLHttpRequest.prototype.open = function (method, url, ...rest) {
    if (INDEX.test(new URL(url, location).pathname)) waiting.add(this);
    return open.call(this, method, url, ...rest);
  };

  XMLHttpRequest.prototype.send = function (...body) {
    if (!waiting.has(this)) return send.apply(this, body);
    asked.then(() => send.apply(this, body));
  };
}
