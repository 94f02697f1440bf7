// A stub of Microsoft's calling SDK for developing and testing: the part of its interface that Carlendar uses, spoken
// to the room of the developer tools. It shares no code with the SDK and reaches no service. Like the SDK it does not
// check the hosts of links. The room's address is in room.json beside this file.

const TEAMS_PATH = /^\/(l\/meetup-join\/[^/]+\/|meet\/\d+)/;
const GIVE_UP_SECONDS = 60;
const failure = (code, subCode) => Object.assign(new Error(`stub ${code}/${subCode}`), { code, subCode });

class Emitter {
  #listeners = new Map();
  on(event, listener) {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
  }
  off(event, listener) {
    this.#listeners.set(event, (this.#listeners.get(event) ?? []).filter((each) => each !== listener));
  }
  emit(event, payload) {
    for (const listener of this.#listeners.get(event) ?? []) listener(payload);
  }
}

export const Features = {
  Recording: "recording", Transcription: "transcription", Capabilities: "capabilities",
  UserFacingDiagnostics: "diagnostics", DebugInfo: "debugInfo",
};

export class AzureCommunicationTokenCredential {
  constructor({ token, tokenRefresher }) {
    this.token = token;
    this.tokenRefresher = tokenRefresher;
  }
}

class Consented extends Emitter {
  constructor(call, active) {
    super();
    this[active] = false;
    this.isTeamsConsentRequired = false;
    this.grantTeamsConsent = async () => call.send({ consent: true });
  }
}

class Diagnostics extends Emitter {
  #latest = {};
  getLatest() {
    return this.#latest;
  }
  raise(diagnostic, value) {
    this.#latest[diagnostic] = { value, valueType: typeof value === "boolean" ? "DiagnosticFlag" : "DiagnosticQuality" };
    this.emit("diagnosticChanged", { diagnostic, value });
  }
}

class Call extends Emitter {
  state = "None";
  isMuted = true;
  isIncomingAudioMuted = false;
  remoteParticipants = [];
  callEndReason = undefined;
  #address;
  #who;
  #id = "";
  #socket = null;
  #connection = null;
  #microphone = null;
  #speaker = new Audio();
  #lostAt = 0;
  #features;

  constructor(address, who, locator, muted) {
    super();
    this.#address = address;
    this.#who = { ...who, locator };
    this.isMuted = muted;
    const capabilities = new Emitter();
    capabilities.capabilities = { unmuteMic: { isPresent: true, reason: "Capable" } };
    const diagnostics = { network: new Diagnostics(), media: new Diagnostics() };
    this.#features = {
      recording: new Consented(this, "isRecordingActive"),
      transcription: new Consented(this, "isTranscriptionActive"),
      capabilities,
      diagnostics,
    };
    queueMicrotask(() => this.#start());
  }

  feature(name) {
    return this.#features[name];
  }

  send(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  async mute() {
    this.#setMuted(true);
  }

  async unmute() {
    if (!this.#features.capabilities.capabilities.unmuteMic.isPresent) throw failure(403, 4520);
    this.#setMuted(false);
  }

  async muteIncomingAudio() {
    this.isIncomingAudioMuted = this.#speaker.muted = true;
    this.emit("isIncomingAudioMutedChanged");
  }

  async unmuteIncomingAudio() {
    this.isIncomingAudioMuted = this.#speaker.muted = false;
    this.emit("isIncomingAudioMutedChanged");
  }

  async hangUp() {
    this.#become("Disconnecting");
    this.send({ leave: true });
    this.#end({ code: 0, subCode: 0 });
  }

  #setMuted(muted) {
    this.isMuted = muted;
    if (this.#microphone) this.#microphone.enabled = !muted;
    this.send({ muted });
    this.emit("isMutedChanged");
  }

  #become(state) {
    if (this.state === "Disconnected" || this.state === state) return;
    this.state = state;
    this.emit("stateChanged");
  }

  #end(reason) {
    if (this.state === "Disconnected") return;
    this.callEndReason = reason;
    this.#connection?.close();
    this.#microphone?.stop();
    this.#speaker.srcObject = null;
    this.#become("Disconnected");
    this.#socket?.close();
  }

  async #start() {
    this.#become("Connecting");
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      [this.#microphone] = stream.getAudioTracks();
      this.#microphone.enabled = !this.isMuted;
      this.#microphone.onended = () => this.#features.diagnostics.media.raise("microphoneNotFunctioning", true);
    } catch {
      this.#end({ code: 410, subCode: 3111 });
      return;
    }
    this.#connect();
  }

  // Reach the room, for the first time or again: a new connection for the media each time.
  #connect() {
    if (this.state === "Disconnected") return;
    const socket = new WebSocket(this.#address);
    this.#socket = socket;
    socket.onopen = async () => this.send({ join: { ...this.#who, id: this.#id, muted: this.isMuted, offer: await this.#offer() } });
    socket.onmessage = ({ data }) => this.#take(JSON.parse(data));
    socket.onclose = () => this.#lost();
  }

  async #offer() {
    this.#connection?.close();
    const connection = new RTCPeerConnection();
    this.#connection = connection;
    connection.addTrack(this.#microphone);
    connection.ontrack = ({ track }) => {
      this.#speaker.srcObject = new MediaStream([track]);
      this.#speaker.play().catch(() => {});
    };
    await connection.setLocalDescription(await connection.createOffer());
    await new Promise((resolve) => {
      if (connection.iceGatheringState === "complete") resolve();
      connection.onicegatheringstatechange = () => connection.iceGatheringState === "complete" && resolve();
    });
    return connection.localDescription.sdp;
  }

  #lost() {
    if (this.state === "Disconnected") return;
    this.#lostAt ||= performance.now();
    if (performance.now() - this.#lostAt > GIVE_UP_SECONDS * 1000) {
      this.#end({ code: 410, subCode: 301005 });
      return;
    }
    this.#features.diagnostics.network.raise("networkReconnect", 2);
    setTimeout(() => this.#connect(), 500);
  }

  async #take(message) {
    if (message.id) this.#id = message.id;
    if (message.answer) await this.#connection.setRemoteDescription({ type: "answer", sdp: message.answer });
    if (message.people !== undefined) this.#setPeople(message.people);
    if (message.recording !== undefined) this.#setRecorded(message);
    if (message.mayUnmute !== undefined) this.#setMayUnmute(message.mayUnmute);
    if (message.mutedByOthers) {
      this.#setMuted(true);
      this.emit("mutedByOthers");
    }
    if (message.quality) this.#features.diagnostics.network.raise("networkReceiveQuality", message.quality);
    if (message.state) this.#become(message.state);
    if (message.state && this.#lostAt) {
      this.#lostAt = 0;
      this.#features.diagnostics.network.raise("networkReconnect", 1);
    }
    if (message.hang) while (true); // a hung page
    if (message.ended) this.#end(message.ended);
  }

  #setPeople(count) {
    const added = [];
    while (this.remoteParticipants.length < count) {
      const person = Object.assign(new Emitter(), { state: "Connected" });
      this.remoteParticipants.push(person);
      added.push(person);
    }
    const removed = this.remoteParticipants.splice(count);
    this.emit("remoteParticipantsUpdated", { added, removed });
  }

  #setRecorded({ recording, transcription, consent }) {
    const features = this.#features;
    features.recording.isRecordingActive = recording;
    features.transcription.isTranscriptionActive = transcription;
    features.recording.isTeamsConsentRequired = consent && recording;
    features.transcription.isTeamsConsentRequired = consent && transcription;
    features.recording.emit("isRecordingActiveChanged");
    features.transcription.emit("isTranscriptionActiveChanged");
  }

  #setMayUnmute(isPresent) {
    const { capabilities } = this.#features;
    capabilities.capabilities.unmuteMic = { isPresent, reason: isPresent ? "Capable" : "MeetingRestricted" };
    if (!isPresent) this.#setMuted(true);
    capabilities.emit("capabilitiesChanged", { newValue: capabilities.capabilities });
  }
}

class CallAgent extends Emitter {
  connectionState = "Connected";
  #address;
  #who;
  constructor(address, who) {
    super();
    this.#address = address;
    this.#who = who;
  }
  join(locator, { audioOptions }) {
    if (locator.meetingLink !== undefined) {
      const link = URL.canParse(locator.meetingLink) ? new URL(locator.meetingLink) : null;
      if (!link || !TEAMS_PATH.test(link.pathname)) throw failure(400, 40210);
      if (link.hostname === "teams.live.com") throw failure(400, 40238);
    } else if (!locator.meetingId) {
      throw failure(400, 40209);
    }
    return new Call(this.#address, this.#who, locator, audioOptions?.muted ?? false);
  }
  async dispose() {
    this.connectionState = "Disconnected";
  }
}

export class CallClient {
  feature() {
    return { getEnvironmentInfo: () => this.#environment() };
  }
  async getDeviceManager() {
    return { askDevicePermission: (wanted) => this.#permission(wanted) };
  }
  async createCallAgent(credential, { displayName } = {}) {
    return this.#agent(credential, { user: false, name: displayName ?? "" });
  }
  async createTeamsCallAgent(credential) {
    return this.#agent(credential, { user: true, name: "" });
  }
  async #permission(wanted) {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: wanted.audio });
    stream.getTracks().forEach((track) => track.stop());
    return { audio: true, video: false };
  }
  async #room() {
    return (await fetch("/sdk/room.json")).json();
  }
  async #agent({ token }, who) {
    const room = await this.#room();
    if (!token || (room.refusedTokens ?? []).includes(token)) throw failure(401, 10009);
    return new CallAgent(room.address, who);
  }
  async #environment() {
    const { oldest = 0 } = await this.#room();
    const version = Number(/Chrome\/(\d+)/.exec(navigator.userAgent)?.[1] ?? 0);
    const isSupportedBrowser = !navigator.userAgent.includes("Headless");
    return {
      environment: { platform: "Linux", browser: "Chrome", browserVersion: String(version) },
      isSupportedPlatform: true,
      isSupportedBrowser,
      isSupportedBrowserVersion: version >= oldest,
      isSupportedEnvironment: isSupportedBrowser && version >= oldest,
    };
  }
}
