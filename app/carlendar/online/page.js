// The page of the hidden browser: one call by Microsoft's calling SDK. The service calls the methods of `carlendar`;
// the page reports the state of the call by the binding `carlendarReport`, whole at each change. Nothing is stored
// and nothing is written to the console: links and tokens pass through here.

const NETWORK_BAD = 3;
const NETWORK_POOR = 2;
const MANY_PEOPLE = 100;

const report = (message) => globalThis.carlendarReport(JSON.stringify(message));
const UNKNOWN = { code: -1, subCode: -1 };
// Milliseconds: a sound server that hangs answers nothing.
const MICROPHONE_WITHIN = 20000;
const JOINS_WITHIN = 4000;
const DEVICES_WITHIN = 8000;
const DEVICES_EVERY = 3000;
// The SDK's flags of a microphone or loudspeaker that stopped working.
const AUDIO_FLAGS = [
  "microphoneNotFunctioning", "noMicrophoneDevicesEnumerated", "noSpeakerDevicesEnumerated",
];
const NO_MICROPHONE = { code: 410, subCode: 3111 };

// The SDK's codes of a failure or an end.
const codes = (error) => {
  const found = { code: Number(error?.code ?? NaN), subCode: Number(error?.subCode ?? 0) };
  return Number.isSafeInteger(found.code) && Number.isSafeInteger(found.subCode) ? found : UNKNOWN;
};

// The result of a promise, or an error after this many milliseconds.
const within = (promise, milliseconds) =>
  Promise.race([
    promise,
    new Promise((_, reject) => {
      setTimeout(() => reject(new Error("time limit")), milliseconds);
    }),
  ]);

// The kinds of the devices that there are; none where the sound server does not answer in time.
const deviceKinds = (milliseconds) =>
  within(navigator.mediaDevices.enumerateDevices(), milliseconds).then(
    (devices) => devices.map(({ kind }) => kind),
    () => [],
  );

class Page {
  #sdk = null;
  #client = null;
  #agent = null;
  #microphone = false;
  #call = null;
  #features = null;
  #wanted = { muted: true, microphone: true, heard: 1 };
  #entered = false;
  #mutedByOthers = false;
  #crowd = false;
  #audioLost = false;
  #applying = false;
  #tokens = [];

  // Load the SDK and say what it thinks of this browser.
  async load() {
    this.#sdk ??= await import("/sdk/sdk.js");
    await this.#renew();
    const info = await this.#client.feature(this.#sdk.Features.DebugInfo).getEnvironmentInfo();
    const microphone = await navigator.permissions.query({ name: "microphone" });
    await this.#findMicrophone(MICROPHONE_WITHIN);
    return {
      supported: info.isSupportedBrowser && info.isSupportedPlatform && info.isSupportedBrowserVersion,
      version: String(info.environment.browserVersion),
      microphone: microphone.state === "granted",
    };
  }

  // Register with the calling service, as the token's user or as a guest with a name; returns the connection's state,
  // or the codes of a failure.
  async signIn(token, user, displayName) {
    await this.#dispose();
    await this.#renew();
    const credential = new this.#sdk.AzureCommunicationTokenCredential({
      token,
      refreshProactively: true,
      tokenRefresher: () => this.#nextToken(),
    });
    try {
      this.#agent = user
        ? await this.#client.createTeamsCallAgent(credential)
        : await this.#client.createCallAgent(credential, { displayName });
    } catch (error) {
      return codes(error);
    }
    this.#agent.on("connectionStateChanged", () => this.#tell());
    return this.#agent.connectionState;
  }

  registered() {
    return this.#agent?.connectionState === "Connected";
  }

  // The service's answer to a report that a token is needed; an empty one means that there is none.
  renewed(token) {
    for (const { resolve, reject } of this.#tokens.splice(0)) {
      if (token) resolve(token);
      else reject(new Error("no token"));
    }
  }

  async join(locator, muted) {
    this.#wanted.muted = muted;
    this.#features = null;
    this.#entered = this.#mutedByOthers = this.#crowd = this.#audioLost = false;
    const failed = (end) => report({ call: { ...this.#nothing(), state: "Disconnected", end } });
    if (!(await this.#findMicrophone(JOINS_WITHIN)) || !(await deviceKinds(JOINS_WITHIN)).includes("audioinput")) {
      return failed(NO_MICROPHONE);
    }
    try {
      // muted at first: only in the meeting it is known whether the microphone may be open
      this.#call = this.#agent.join(locator, { audioOptions: { muted: true } });
    } catch (error) {
      return failed(codes(error));
    }
    this.#listen();
    return this.#tell();
  }

  setMuted(muted) {
    // a microphone that the organiser shut does not open by itself once that is allowed again
    this.#wanted.muted = muted || (this.#features !== null && !this.#mayUnmute());
    return this.#apply();
  }

  // Limits beside the driver's mute, of guidance, warnings and phone calls.
  sound(heard, microphone) {
    Object.assign(this.#wanted, { heard, microphone });
    return this.#apply();
  }

  async consent() {
    for (const feature of [this.#features?.recording, this.#features?.transcription]) {
      if (feature?.isTeamsConsentRequired) await feature.grantTeamsConsent();
    }
    this.#tell();
    await this.#apply();
  }

  async leave() {
    const call = this.#call;
    if (call && call.state !== "Disconnected") await call.hangUp();
  }

  async #renew() {
    if (this.#client === null) this.#client = new this.#sdk.CallClient();
  }

  async #dispose() {
    const agent = this.#agent;
    this.#agent = null;
    if (agent) await agent.dispose().catch(() => {});
  }

  // Let the SDK find the microphone, once: that takes a while. Returns whether there is one.
  async #findMicrophone(milliseconds) {
    if (!this.#microphone) {
      try {
        const devices = await this.#client.getDeviceManager();
        const asked = devices.askDevicePermission({ audio: true, video: false });
        this.#microphone = Boolean((await within(asked, milliseconds)).audio);
      } catch {
        return false; // none is plugged in, it is taken, or the sound server hangs
      }
    }
    return this.#microphone;
  }

  // Look now and then during a call whether there is a microphone and a loudspeaker: without a sound server there is
  // neither. Once they were gone the call has no audio, though they may come back.
  async #watchDevices(call) {
    while (call === this.#call && !this.#audioLost) {
      const kinds = await deviceKinds(DEVICES_WITHIN);
      if (call !== this.#call) return;
      if (!kinds.includes("audioinput") || !kinds.includes("audiooutput")) {
        this.#audioLost = true;
        this.#tell();
      }
      await new Promise((resolve) => setTimeout(resolve, DEVICES_EVERY));
    }
  }

  #nextToken() {
    return new Promise((resolve, reject) => {
      this.#tokens.push({ resolve, reject });
      report({ token: true });
    });
  }

  #listen() {
    const { Features } = this.#sdk;
    const call = this.#call;
    const feature = (name) => {
      try {
        return call.feature(Features[name]);
      } catch {
        return null; // not of this kind of call
      }
    };
    this.#features = {
      recording: feature("Recording"),
      transcription: feature("Transcription"),
      capabilities: feature("Capabilities"),
      diagnostics: feature("UserFacingDiagnostics"),
    };
    const changed = () => {
      if (call !== this.#call) return;
      // in the meeting once the microphone is as it is wanted
      if (call.state !== "Connected" || this.#entered) this.#tell();
      this.#apply();
    };
    const mutedByOthers = () => {
      this.#mutedByOthers = true;
      this.#wanted.muted = true;
      changed();
    };
    for (const event of ["stateChanged", "remoteParticipantsUpdated"]) call.on(event, changed);
    call.on("isMutedChanged", () => {
      // either event may be the first; what was not done here was done by others
      if (call.isMuted && !this.#applying && !this.#shut()) mutedByOthers();
      else changed();
    });
    call.on("mutedByOthers", mutedByOthers);
    call.on("remoteParticipantsUpdated", ({ added }) => added.forEach((each) => each.on("stateChanged", changed)));
    call.remoteParticipants.forEach((each) => each.on("stateChanged", changed));
    this.#features.recording?.on("isRecordingActiveChanged", changed);
    this.#features.transcription?.on("isTranscriptionActiveChanged", changed);
    this.#features.capabilities?.on("capabilitiesChanged", changed);
    this.#features.diagnostics?.network.on("diagnosticChanged", changed);
    this.#features.diagnostics?.media?.on("diagnosticChanged", changed);
    this.#watchDevices(call);
  }

  #consentNeeded() {
    const { recording, transcription } = this.#features ?? {};
    return Boolean(recording?.isTeamsConsentRequired || transcription?.isTeamsConsentRequired);
  }

  #mayUnmute() {
    const unmute = this.#features?.capabilities?.capabilities?.unmuteMic;
    // missing consent is not the organiser's doing
    return unmute?.isPresent !== false || ["NotInitialized", "ExplicitConsentRequired"].includes(unmute.reason);
  }

  // Whether the microphone is to be shut.
  #shut() {
    return this.#wanted.muted || !this.#wanted.microphone || this.#consentNeeded() || !this.#mayUnmute();
  }

  // Bring the microphone and the loudspeaker to what is wanted, one change at a time.
  async #apply() {
    if (this.#applying || !this.#call) return;
    this.#applying = true;
    try {
      for (let tries = 0; tries < 3 && this.#call?.state === "Connected"; tries += 1) {
        const call = this.#call;
        const muted = this.#shut();
        const silent = this.#wanted.heard < 0.5;
        if (call.isMuted === muted && call.isIncomingAudioMuted === silent) break;
        if (call.isMuted !== muted) {
          await (muted ? call.mute() : call.unmute());
          if (!muted) this.#mutedByOthers = false;
        }
        if (call.isIncomingAudioMuted !== silent) {
          await (silent ? call.muteIncomingAudio() : call.unmuteIncomingAudio());
        }
      }
    } catch (error) {
      report({ refused: codes(error) });
    } finally {
      this.#applying = false;
      this.#tell();
    }
  }

  #nothing() {
    return {
      state: "None", muted: true, mutedByOthers: false, people: 0, recording: false, transcription: false,
      consent: false, network: 1, audioLost: false, reconnecting: false, registered: this.registered(),
      end: null,
    };
  }

  #tell() {
    const call = this.#call;
    if (!call) return;
    const { recording, transcription, diagnostics } = this.#features;
    const latest = diagnostics?.network.getLatest() ?? {};
    const media = diagnostics?.media?.getLatest() ?? {};
    const grade = (name) => Number(latest[name]?.value) || 1;
    const present = call.remoteParticipants.filter((each) => ["Connected", "Hold"].includes(each.state)).length + 1;
    // beyond about a hundred only those who speak are listed, so the number does not fall again
    this.#crowd ||= present >= MANY_PEOPLE;
    this.#entered ||= call.state === "Connected";
    const ended = call.state === "Disconnected";
    report({
      call: {
        ...this.#nothing(),
        state: call.state,
        muted: call.isMuted,
        mutedByOthers: this.#entered && call.isMuted && (this.#mutedByOthers || !this.#mayUnmute()),
        people: this.#crowd ? MANY_PEOPLE : present,
        recording: Boolean(recording?.isRecordingActive),
        transcription: Boolean(transcription?.isTranscriptionActive),
        consent: this.#consentNeeded(),
        network: latest.noNetwork?.value === true
          ? NETWORK_BAD
          : Math.max(grade("networkSendQuality"), grade("networkReceiveQuality")),
        audioLost: this.#audioLost || AUDIO_FLAGS.some((name) => media[name]?.value === true),
        reconnecting: grade("networkReconnect") >= NETWORK_POOR,
        end: ended ? codes(call.callEndReason) : null,
      },
    });
    if (ended) this.#call = null;
  }
}

globalThis.carlendar = new Page();
report({ ready: true });
