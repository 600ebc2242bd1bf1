// Sessions as they stand on the page: prompts, code, output.
const PROMPT = /^(>>>|\.\.\.)( |$)/;
const STACK = /^(Traceback \(most recent call last\):\n)(?:[ \t].*\n)*/gm;

export function read(session) {
  const code = [];
  const output = [];
  for (const line of session.trimEnd().split("\n")) {
    if (PROMPT.test(line)) code.push(line.slice(4));
    else output.push(line);
  }
  return { code: code.join("\n").trimEnd(), output: output.join("\n") };
}

// A page leaves the middle of a traceback out, as doctest allows.
const bare = (text) => text.replace(STACK, "$1").trimEnd();

export function same(printed, expected) {
  return bare(printed) === bare(expected);
}

export function isTraceback(text) {
  return /^Traceback /m.test(text);
}
