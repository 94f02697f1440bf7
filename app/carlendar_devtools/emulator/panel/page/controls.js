// Small pieces that bind what is on the page to the emulator's state and orders.

export const find = (id) => document.getElementById(id);

/** The value at a path such as "car.selector"; undefined where the state has none. */
export function at(state, path) {
  return path.split(".").reduce((value, name) => (value === null || value === undefined ? undefined : value[name]), state);
}

/** What a control's text means, by its data-kind: a number, yes or no, or the text itself. */
function meant(element, text) {
  const kind = element.dataset.kind;
  return kind === "number" ? Number(text) : kind === "switch" ? text === "true" : text;
}

/** Every element with data-order sends that order when a person changes it. */
export function bind(order) {
  for (const element of document.querySelectorAll("[data-order]")) {
    element.addEventListener("change", (event) => {
      const target = event.target;
      const value = target.type === "checkbox" ? target.checked : meant(element, target.value);
      order(element.dataset.order, { value });
    });
  }
}

/** Every element with data-state shows what the state says there. */
export function show(state) {
  for (const element of document.querySelectorAll("[data-state]")) {
    const value = at(state, element.dataset.state);
    if (value === undefined) continue;
    if (element.type === "checkbox") element.checked = value;
    else if (element.tagName === "SELECT") element.value = value;
    else if (element.tagName === "INPUT") element.matches(":focus") || (element.value = value);
    else for (const radio of element.querySelectorAll("input")) radio.checked = radio.value === String(value);
  }
}

/** Put [value, text] pairs into a select, if they are others than before. */
export function options(select, pairs) {
  const fresh = JSON.stringify(pairs);
  if (select.dataset.pairs === fresh) return;
  const chosen = select.value;
  select.dataset.pairs = fresh;
  select.replaceChildren(...pairs.map(([value, text]) => new Option(text, value)));
  if (pairs.some(([value]) => value === chosen)) select.value = chosen;
}

/** Put [value, text] pairs into a fieldset as radio buttons, once. */
export function radios(fieldset, name, pairs) {
  if (fieldset.querySelector("input")) return;
  for (const [value, text] of pairs) {
    const label = document.createElement("label");
    const input = Object.assign(document.createElement("input"), { type: "radio", name, value });
    const words = Object.assign(document.createElement("span"), { textContent: text });
    label.append(input, words);
    fieldset.append(label);
  }
}

const SETTLE = 1000; // milliseconds in which a reported value may be older than the last move

/**
 * A slider that sends while it is moved, at most once a frame. It is neither pulled from under the finger nor put
 * back to a place that it has just left: until the car says the same, its word waits a second.
 */
export function slider(input, send, write) {
  let waiting = false, moved = -SETTLE, reported = 0, later = 0;
  input.addEventListener("input", () => {
    moved = performance.now();
    write(Number(input.value));
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      send(Number(input.value));
    });
  });
  const settle = () => {
    clearTimeout(later);
    const left = moved + SETTLE - performance.now();
    if (left > 0 && reported !== Number(input.value)) {
      later = setTimeout(settle, left);
      return;
    }
    if (!input.matches(":active")) input.value = reported;
    write(reported);
  };
  return (value) => {
    reported = value;
    settle();
  };
}
