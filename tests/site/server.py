"""A server for a built book, at the root of a host or below a path of it."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

SUB_PATH = "/sub/path/"


@contextmanager
def serve(folder: Path, base: str) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, base=base, directory=str(folder)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{base}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(SimpleHTTPRequestHandler):
    """Serves a folder below a path, with the book's own page for what is not there."""

    def __init__(self, *arguments, base: str, **options) -> None:
        self.base = base
        super().__init__(*arguments, **options)

    def translate_path(self, path: str) -> str:
        if not path.startswith(self.base):
            return str(Path(self.directory, "no-such-file"))
        return super().translate_path(path.removeprefix(self.base.rstrip("/")))

    def send_error(self, code, message=None, explain=None) -> None:
        page = Path(self.directory, "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def copyfile(self, source, outputfile) -> None:
        with suppress(ConnectionError):  # the browser has left the page
            super().copyfile(source, outputfile)

    def log_message(self, *arguments) -> None:
        pass
