// The panel: one WebSocket to the emulator, the display's pictures on a canvas, the controls around it.

import { bind, find, options, radios, show, slider } from "./controls.js";
import { listen } from "./fingers.js";

const canvas = find("display");
const paint = canvas.getContext("2d");
let socket = null;
let sent = 0;
let state = null;
let heardAt = 0;

function order(name, given = {}) {
  if (socket === null || socket.readyState !== WebSocket.OPEN) return;
  sent += 1;
  socket.send(JSON.stringify({ id: sent, do: name, with: given }));
}

const PATIENCE = 4000; // milliseconds without an answer, after which the page says how to start it again
const REASONS = {
  stopped: "The emulator has ended. This page continues when it is started again.",
  scenario: "Another scenario starts…",
  refused: "The connection to the emulator is refused, because something in between changes the page’s address. Forward its port unchanged (ssh -L), or open the address that the emulator printed.",
  silent: "The emulator does not answer. If it has ended, this page continues when it is started again.",
};
let ended = "";
let silentSince = 0;

function connect() {
  socket = new WebSocket(new URL("ws", location.href.replace(/^http/, "ws")));
  socket.binaryType = "blob";
  socket.onopen = () => {
    find("lost").hidden = true;
    find("log").replaceChildren();
    ended = "";
    silentSince = 0;
  };
  socket.onmessage = (event) => (typeof event.data === "string" ? take(JSON.parse(event.data)) : picture(event.data));
  socket.onclose = () => {
    silentSince ||= performance.now();
    showLost();
    darken();
    setTimeout(connect, 500);
  };
}

/** What became of the connection, and how to start the emulator again once that is likely to be needed. */
async function showLost() {
  const long = performance.now() - silentSince > PATIENCE;
  const why = !long ? ended : ended === "stopped" ? ended : (await isServed()) ? "refused" : "silent";
  if (socket.readyState === WebSocket.OPEN) return;
  find("lost").hidden = false;
  find("lost-text").textContent = REASONS[why] ?? "Connecting…";
  find("again").hidden = !["stopped", "silent"].includes(why) || !find("command").textContent;
}

/** Whether the page itself can be had, though the socket cannot. */
async function isServed() {
  try {
    return (await fetch(location.href, { method: "HEAD", cache: "no-store" })).ok;
  } catch {
    return false;
  }
}

function take(message) {
  if (message.state) showState(message.state);
  if (message.ended) ended = message.ended;
  if (message.log) for (const line of message.log) showLine(...line);
  if ("error" in message) find("problem").textContent = message.error ?? "";
}

// --- the display ---------------------------------------------------------------------------------

let newest = 0;

async function picture(data) {
  const mine = ++newest;
  if (data.size === 0) return darken();
  const image = await createImageBitmap(new Blob([data], { type: "image/webp" }));
  if (mine === newest) {
    if (canvas.width !== image.width || canvas.height !== image.height) {
      canvas.width = image.width;
      canvas.height = image.height;
    }
    paint.drawImage(image, 0, 0);
    canvas.dataset.frames = Number(canvas.dataset.frames ?? 0) + 1;
  }
  image.close();
}

function darken() {
  newest += 1;
  paint.fillStyle = "#000";
  paint.fillRect(0, 0, canvas.width, canvas.height);
}

const PHASES = { starting: "starting…", running: "", frozen: "frozen", ended: "ended", failed: "does not start" };

/** Which restrictions the shown frame obeys: their number, the driving state, how many. */
function inForce({ sequence, driving, restrictions }) {
  const many = restrictions.length ? `${restrictions.length} in force` : "none in force";
  return driving ? `restrictions ${sequence}, ${driving}: ${many}` : `restrictions ${sequence}`;
}

function showDisplay(display) {
  find("bezel").hidden = !display.shown;
  document.body.classList.toggle("bare", !display.shown);
  const words = PHASES[display.phase] ?? display.phase;
  find("dark").hidden = display.phase === "running" || display.phase === "frozen";
  find("dark").textContent = display.why || `The display is ${words}`;
  find("display-text").textContent = words || "running";
  find("shown").textContent = display.screen
    ? `On the display: ${display.screen.replaceAll("_", " ")} · ${inForce(display)}`
    : display.why;
  find("restrictions").hidden = display.restrictions.length === 0;
  find("restrictions").replaceChildren(
    ...display.restrictions.map(([name, words]) => Object.assign(document.createElement("li"), { title: name, textContent: words })),
  );
  find("continue").disabled = display.phase !== "frozen";
  radios(find("presets"), "preset", display.presets);
  radios(find("brands"), "brand", display.brands);
}

// --- the rest of the state -----------------------------------------------------------------------

const speed = slider(find("speed"), (value) => order("car.speed", { value }), (value) => {
  find("speed-text").textContent = `${Math.round(value)} km/h`;
});
const rings = slider(find("rings"), (value) => order("phone.rings", { value }), (value) => {
  find("rings-text").textContent = `${value} s`;
});

function showState(fresh) {
  state = fresh;
  heardAt = performance.now();
  showVehicle(state.vehicle);
  showCar(state.car);
  showRoad(state.road);
  showDisplay(state.display);
  showCloud(state.cloud);
  showFleet(state.fleet);
  showMeetings(state.meetings);
  showPhone(state.phone);
  showOnline(state.online);
  showAssistant(state.assistant);
  find("command").textContent = state.emulator.command;
  showScript(state.script);
  showClock();
  show(state);
}

/** Which databroker the display listens to, whether it answers, and what the car does by its signals. */
function showVehicle({ address, problem, driving, cause }) {
  find("vehicle-address").textContent = address;
  const connection = problem ? `no signals: ${problem}` : "answers";
  find("vehicle-state").textContent = driving ? `${connection} · ${driving}: ${cause}` : "";
}

function showCar(car) {
  find("car").hidden = car === null;
  if (car === null) return;
  options(find("driver"), [["", "unknown"], ...car.drivers.map((one) => [one, one])]);
  speed(car.speed);
  find("destination").textContent = car.destination ?? "none";
}

/** Where the car drives in the fictional town, and what the traffic is. */
function showRoad(road) {
  find("road").hidden = road === null;
  if (road === null) return;
  find("road-street").textContent = road.driving ? road.street : "parked";
  find("road-rest").textContent = road.rest;
  find("road-go").disabled = road.driving || !road.somewhere;
  find("road-halt").disabled = find("road-jam").disabled = !road.driving;
  find("road-free").disabled = road.jams.length === 0;
  options(find("road-name"), road.roads);
  find("road-jams").textContent = road.jams.length ? `Jam: ${road.jams.join(", ")}` : "No jam";
}

function showCloud(cloud) {
  find("cloud").hidden = cloud === null;
  find("prompt").hidden = cloud === null || cloud.pending.length === 0;
  if (cloud === null) return;
  options(find("person"), cloud.people.map(([name, address]) => [address, name]));
  options(find("reason"), cloud.refusals);
  const waits = cloud.pending.length;
  find("pending").textContent = waits ? ` · ${cloud.pending[waits - 1]} waits` : "";
  find("prompt-code").textContent = waits ? cloud.pending[waits - 1] : "";
  find("prompt-approve").textContent = `Approve as ${find("person").selectedOptions[0]?.text ?? ""}`;
  find("approve").disabled = find("refuse-sign-in").disabled = waits === 0;
}

/** Consent, and what the car has published, as the back end received it. */
function showFleet(fleet) {
  find("fleet").hidden = fleet === null;
  if (fleet === null) return;
  find("fleet-text").textContent = `${fleet.published} events`;
  const consents = fleet.consents.map(([topic, given]) => `${topic}: ${given ? "allowed" : "withdrawn"}`);
  find("fleet-consents").textContent = consents.join(", ") || "Nothing allowed yet: on the display, parked, answer “Share data with the carmaker?” or open Settings";
  const lines = (rows) => rows.map((row) => Object.assign(document.createElement("li"), { textContent: row.join(" · ") }));
  find("fleet-results").replaceChildren(...lines(fleet.results.map(([name, ...rest]) => [name.replaceAll("_", " "), ...rest])));
  find("fleet-events").replaceChildren(...lines(fleet.events));
}

/** The meetings of the person who is chosen above; each is known by its key and the date of its occurrence. */
function showMeetings(meetings) {
  find("meetings").hidden = meetings === null;
  if (meetings === null) return;
  const listed = meetings.listed[find("person").value] ?? [];
  find("meetings-of").textContent = find("person").selectedOptions[0]?.text ?? "";
  options(find("meeting"), listed.map(([key, original, text]) => [`${key} ${original}`, text]));
  for (const id of ["earlier", "later", "cancel-meeting"]) find(id).disabled = listed.length === 0;
}

function changeMeeting(name, given = {}) {
  const [key, original] = find("meeting").value.split(" ");
  order(`meetings.${name}`, { address: find("person").value, key, original, ...given });
}

function showPhone(phone) {
  find("phone-controls").hidden = phone.simulated !== "";
  if (phone.simulated) {
    find("phone-text").textContent = `simulated in the display: ${phone.simulated}`;
    return;
  }
  const manner = phone.rings === null ? "refuses" : `rings ${phone.rings} s, then answers`;
  find("phone-text").textContent = !phone.paired ? "not paired" : phone.calls.length ? phone.calls.join(", ") : manner;
  if (phone.rings !== null) rings(phone.rings);
  find("pair").textContent = phone.paired ? "Unpair" : "Pair";
  find("hang-up").disabled = phone.calls.length === 0;
  find("other-phone").setAttribute("aria-pressed", phone.other);
  find("dialled").textContent = phone.dialled || "none";
  find("digits").textContent = phone.digits || "none";
}

/** The data call of the display's service, and what its other end does. */
function showOnline(online) {
  const words = [online.phase, online.end, online.muted && "muted", online.consent_needed && "waits for consent"];
  find("online-text").textContent = words.filter(Boolean).join(", ").replaceAll("_", " ") || "no call";
  for (const button of find("online-switches").querySelectorAll("button")) {
    button.setAttribute("aria-pressed", online[button.dataset.online]);
  }
  options(find("online-fails"), [["", "connects"], ...online.ends.map((end) => [end, `ends: ${end.replaceAll("_", " ")}`])]);
  find("online-fails").value = online.fails;
}

/** What can be said to the car's voice assistant. */
function showAssistant(assistant) {
  find("assistant").hidden = assistant === null;
  if (assistant !== null) options(find("sentence"), Object.entries(assistant.sentences));
}

function showScript(script) {
  find("scenario-title").textContent = script.title;
  options(find("scenario"), script.scenarios.map((name) => [name, name]));
  find("scenario").value = script.scenario;
  find("play").textContent = script.running ? "Pause" : "Play";
  find("waiting").textContent = script.waiting ? `Waiting: ${script.waiting}` : "";
  find("steps").replaceChildren(
    ...script.steps.map((label, index) => {
      const item = Object.assign(document.createElement("li"), { textContent: label });
      item.classList.toggle("done", index < script.position);
      if (index === script.position) item.setAttribute("aria-current", "step");
      return item;
    }),
  );
}

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The car's local time goes on here between two states; its digits are read as if they were UTC. */
function showClock() {
  if (state === null) return;
  const passed = (performance.now() - heardAt) * state.clock.rate;
  const now = new Date(Date.parse(`${state.clock.now.slice(0, 19)}Z`) + passed);
  const time = now.toISOString().slice(11, 16).replace(/^0/, ""); // as the display writes it
  find("clock-text").textContent = `${DAYS[now.getUTCDay()]} ${now.getUTCDate()} ${MONTHS[now.getUTCMonth()]} ${time}`;
  if (!find("time").dataset.edited) find("time").value = now.toISOString().slice(0, 19);
}

function showLine(number, time, kind, text) {
  const line = document.createElement("li");
  line.dataset.number = number;
  const [when, what, words] = ["time", "b", "span"].map((tag) => document.createElement(tag));
  when.textContent = time;
  what.textContent = kind;
  words.textContent = text;
  line.append(when, what, words);
  const log = find("log");
  const old = log.querySelector(`[data-number="${number}"]`);
  if (old) old.replaceWith(line);
  else log.prepend(line);
  while (log.children.length > 300) log.lastElementChild.remove();
}

// --- orders --------------------------------------------------------------------------------------

bind(order);
listen(canvas, order);

const press = (id, act) => find(id).addEventListener("click", act);
press("play", () => order(state.script.running ? "script.pause" : "script.play"));
press("step", () => order("script.step"));
press("approve", () => order("cloud.approve", { code: "", address: find("person").value }));
press("prompt-approve", () => order("cloud.approve", { code: "", address: find("person").value }));
press("earlier", () => changeMeeting("move", { minutes: -15 }));
press("later", () => changeMeeting("move", { minutes: 15 }));
press("cancel-meeting", () => changeMeeting("cancel"));
find("person").addEventListener("change", () => {
  showCloud(state.cloud);
  showMeetings(state.meetings);
});
find("meeting-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const minutes = Number(find("meeting-in").value);
  order("meetings.add", { address: find("person").value, title: find("meeting-title").value, minutes });
  find("meeting-title").value = "";
});
press("refuse-sign-in", () => order("cloud.refuse", { code: "", reason: find("reason").value }));
press("revoke", () => order("cloud.revoke", { address: find("person").value }));
press("road-go", () => order("road.drive"));
press("road-halt", () => order("road.park"));
press("road-jam", () => order("road.jam_ahead"));
press("road-free", () => order("road.free"));
press("road-jam-there", () => order("road.jam", { value: find("road-name").value }));
press("fleet-send", () => order("fleet.command", { value: find("fleet-command").value }));
press("refuse-calls", () => order("phone.refuses"));
press("hang-up", () => order("phone.hang_up"));
press("pair", () => order("phone.paired", { value: !state.phone.paired }));
press("incoming", () => order("phone.incoming", { number: "+12025550143" }));
press("emergency", () => order("phone.emergency"));
press("cut-link", () => order("phone.cut"));
press("other-phone", () => order("phone.other", { value: !state.phone.other }));
for (const button of find("online-switches").querySelectorAll("button")) {
  const name = button.dataset.online;
  button.addEventListener("click", () => order(`online.${name}`, { value: !state.online[name] }));
}
for (const name of ["admit", "refuse", "remove", "end", "mute"]) press(`online-${name}`, () => order(`online.${name}`));
find("online-fails").addEventListener("change", (event) => order("online.fails", { value: event.target.value }));
find("say-form").addEventListener("submit", (event) => {
  event.preventDefault();
  order("assistant.say", { value: find("sentence").value });
});
for (const name of ["freeze", "continue", "kill", "restart", "service"]) press(name, () => order(`display.${name}`));
find("scenario").addEventListener("change", (event) => order("script.scenario", { value: event.target.value }));
find("time").addEventListener("input", () => (find("time").dataset.edited = "yes"));
find("time-form").addEventListener("submit", (event) => {
  event.preventDefault();
  order("clock.time", { value: find("time").value });
  delete find("time").dataset.edited;
});

setInterval(showClock, 500);
connect();
