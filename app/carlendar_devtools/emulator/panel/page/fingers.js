// Fingers, the wheel and keys on the canvas become the display's own.

/** Where an event is, as parts of the canvas from its top left corner. */
function place(canvas, event) {
  const box = canvas.getBoundingClientRect();
  const part = (value, low, size) => Math.min(1, Math.max(0, (value - low) / size));
  return { x: part(event.clientX, box.left, box.width), y: part(event.clientY, box.top, box.height) };
}

export function listen(canvas, order) {
  const moves = new Map();

  function touch(kind, event) {
    order("display.touch", { kind, id: Math.abs(event.pointerId), ...place(canvas, event) });
  }

  function flush() {
    for (const event of moves.values()) touch("move", event);
    moves.clear();
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    touch("down", event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!canvas.hasPointerCapture(event.pointerId)) return;
    if (moves.size === 0) requestAnimationFrame(flush);
    moves.set(event.pointerId, event);
  });
  for (const name of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(name, (event) => {
      if (!canvas.hasPointerCapture(event.pointerId)) return;
      flush();
      touch("up", event);
    });
  }
  canvas.addEventListener("contextmenu", (event) => event.preventDefault());
  canvas.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const notches = event.deltaMode === 0 ? event.deltaY / 100 : event.deltaY;
      order("display.wheel", { ...place(canvas, event), dy: Math.min(20, Math.max(-20, -notches)) });
    },
    { passive: false },
  );
  for (const [name, kind] of [["keydown", "down"], ["keyup", "up"]]) {
    canvas.addEventListener(name, (event) => {
      if (event.key === "Tab" || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      order("display.key", { key: event.key, kind });
    });
  }
}
