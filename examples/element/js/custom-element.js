// The custom element. Rust shows the explorer; this class hands on what the host gives and what the person chooses.

import { give, giveTarget } from "./give.js";
import { label } from "./labels.js";
import { Problem, fromAttribute, rank } from "./read.js";

export const NAME = "lora-rank-explorer";

// How long a page that controls the rank has to answer, in milliseconds: a few frames.
const ANSWER = 50;

/** The attributes, each with its property. */
export const PROPERTIES = {
  r: "r",
  "default-r": "defaultR",
  metric: "metric",
  "target-matrix": "targetMatrix",
  spectrum: "spectrum",
  targets: "targets",
  markers: "markers",
  axes: "axes",
  cost: "cost",
  compare: "compare",
  observations: "observations",
  terms: "terms",
  pointing: "pointing",
  numbers: "numbers",
  transition: "transition",
  heading: "heading",
  sentence: "sentence",
  labels: "labels",
};

// A server has neither elements nor a registry of them. There, importing this module does nothing.
const Base = globalThis.HTMLElement ?? class {};

/**
 * Defines the element, unless the page has one of this name. `load` resolves to Rust's `Explorer`.
 * Returns the class that the page has.
 */
export function define(load) {
  let Explorer;
  let loading;

  /** Calls `use` with Rust's half: at once if it is there. */
  const whenLoaded = (use) => {
    if (Explorer) return use();
    loading ??= load().then(
      (loaded) => {
        Explorer = loaded;
        return true;
      },
      (error) => {
        console.error(
          `<${NAME}>: WebAssembly could not be started, so the element's own children stay. ` +
            "A Content-Security-Policy has to allow it: script-src 'self' 'wasm-unsafe-eval', and connect-src 'self' where the wasm is a " +
            `file of its own. ${error}`,
        );
        return false;
      },
    );
    loading.then((isLoaded) => isLoaded && use());
  };

  class LoRaRankExplorerElement extends Base {
    static formAssociated = true;
    static observedAttributes = Object.keys(PROPERTIES);
    static version = VERSION;

    #given = new Map();
    #internals = this.attachInternals();
    #explorer;
    // What is wrong with what was given, by attribute, and where it stands.
    #problems = new Map();
    #note;
    #isUpdating = false;
    #expiry;
    #isCommitDue = false;
    // Where the explorer is shown, a child of this element: styles of the page apply to it.
    #container;
    // Its author's children stay where they are. Once there is an explorer, they have no slot, so they are not shown.
    #shadow;
    #isDisabled = false;
    // The current rank; once the element has left the document, the one to come back with.
    #rank;
    /** The rank that was chosen when the element left the document, also where its spectrum had fewer. */
    #wanted;
    // If a framework empties the element, the explorer comes back.
    #keeper = new MutationObserver(() => {
      if (this.#explorer && this.#container.parentNode !== this) this.append(this.#container);
    });

    // What Rust calls.
    #host = {
      emit: (type, rank, residual, capturedEnergy) => {
        const exact = ([low, high]) => (low === high ? low : null);
        const detail = { rank: rank ?? null, residual: exact(residual), capturedEnergy: exact(capturedEnergy) };
        if (residual[0] < residual[1]) detail.residualRange = [...residual];
        if (capturedEnergy[0] < capturedEnergy[1]) detail.capturedEnergyRange = [...capturedEnergy];
        const cancelable = type === "rankchange";
        return this.dispatchEvent(new CustomEvent(type, { bubbles: true, composed: true, cancelable, detail }));
      },
      expireLater: () => {
        clearTimeout(this.#expiry);
        this.#expiry = setTimeout(() => {
          this.#explorer?.expire();
          this.#answered();
        }, ANSWER);
      },
      commitLater: () => {
        this.#isCommitDue = true;
      },
      settle: (rank) => {
        this.#rank = rank;
        this.#internals.setFormValue(String(rank));
      },
      label: (name, values) => label(this.labels, name, values),
    };

    static {
      for (const [name, property] of Object.entries(PROPERTIES)) {
        Object.defineProperty(this.prototype, property, {
          configurable: true,
          enumerable: true,
          get() {
            const value = this.#given.get(name);
            return value instanceof Problem ? undefined : value;
          },
          set(value) {
            this.#give(name, value);
          },
        });
      }
    }

    #give(name, value) {
      if (value === undefined) this.#given.delete(name);
      else this.#given.set(name, value);
      if (!this.#explorer) return;
      this.#hand(name);
      if (name === "r") this.#answered();
      if (this.#isUpdating) return;
      // Once for all that is given in one go.
      this.#isUpdating = true;
      queueMicrotask(() => {
        this.#isUpdating = false;
        this.#explorer?.update();
        this.#tell();
      });
    }

    /** The rank that was asked for is decided. */
    #answered() {
      clearTimeout(this.#expiry);
      if (!this.#isCommitDue) return;
      this.#isCommitDue = false;
      queueMicrotask(() => this.#explorer?.commit());
    }

    #tell() {
      // Behind the explorer, which may have been made anew.
      if (this.#container.lastChild !== this.#note) this.#container.append(this.#note);
      this.#note.hidden = this.#problems.size === 0;
      this.#note.textContent = [...this.#problems.values()].join(". ");
    }

    /** The rank to begin with. */
    #first() {
      try {
        return rank(this.#given.get("default-r")) ?? 1;
      } catch {
        return 1;
      }
    }

    /** Hands Rust what is given for `name`. */
    #hand(name) {
      if (name === "spectrum" || name === "target-matrix") {
        giveTarget(this.#explorer, this.#given);
        this.#compute();
        return;
      }
      const problem = give(this.#explorer, name, this.#given.get(name));
      const said = problem && `${name}: ${problem}`;
      if (said && said !== this.#problems.get(name)) console.warn(`<${NAME}>: ${said}`);
      if (said) this.#problems.set(name, said);
      else this.#problems.delete(name);
    }

    /** Computes the singular values of a large matrix in slices, between which the page lives. */
    #compute() {
      const explorer = this.#explorer;
      const next = () => {
        if (explorer !== this.#explorer) return;
        if (explorer.advance()) setTimeout(next);
        else explorer.update();
      };
      setTimeout(next);
    }

    attributeChangedCallback(name, _, text) {
      this.#give(name, text === null ? undefined : fromAttribute(name, text));
    }

    connectedCallback() {
      // What was set before the element was defined hides the accessors.
      for (const property of [...Object.values(PROPERTIES), "name", "value"]) {
        if (!Object.hasOwn(this, property)) continue;
        const value = this[property];
        delete this[property];
        this[property] = value;
      }
      whenLoaded(() => this.isConnected && this.#mount());
    }

    disconnectedCallback() {
      // A move in the document disconnects and connects at once, and everything stays as it is.
      queueMicrotask(() => this.isConnected || this.#unmount());
    }

    // With it, `moveBefore` neither disconnects nor connects.
    connectedMoveCallback() {}

    #mount() {
      if (this.#explorer) return;
      if (!this.#shadow) {
        this.#shadow = this.attachShadow({ mode: "closed" });
        const slot = document.createElement("slot");
        slot.name = NAME;
        this.#shadow.append(slot);
      }
      // A clone of an element has the picture of the other one.
      for (const old of this.querySelectorAll(`:scope > [slot=${NAME}]`)) old.remove();
      this.#container = document.createElement("div");
      this.#container.slot = NAME;
      this.#container.inert = this.#isDisabled;
      this.append(this.#container);
      this.#explorer = new Explorer(this.#host);
      this.#explorer.choose(this.#wanted ?? this.#rank ?? this.#first());
      for (const name of this.#given.keys()) this.#hand(name);
      this.#explorer.mount(this.#container);
      this.#note = document.createElement("p");
      this.#note.setAttribute("role", "status");
      this.#note.dataset.loraRankExplorerProblems = "";
      this.#tell();
      this.#keeper.observe(this, { childList: true });
    }

    #unmount() {
      if (!this.#explorer) return;
      this.#keeper.disconnect();
      this.#rank = this.#explorer.rank;
      this.#wanted = this.#explorer.wanted;
      this.#explorer.free();
      this.#explorer = undefined;
      this.#container.remove();
    }

    formResetCallback() {
      this.#rank = this.#first();
      this.#wanted = undefined;
      this.#explorer?.choose(this.#rank);
      this.#explorer?.renew();
    }

    formDisabledCallback(isDisabled) {
      this.#isDisabled = isDisabled;
      if (this.#container) this.#container.inert = isDisabled;
    }

    formStateRestoreCallback(state) {
      this.value = state;
    }

    /** The current rank; null until it is known. */
    get rank() {
      return this.#explorer?.rank ?? this.#rank ?? null;
    }

    /** The current rank as a form sends it. Setting it chooses a rank where `r` is not set. */
    get value() {
      return String(this.rank ?? "");
    }

    set value(text) {
      const rank = Number(text);
      if (!Number.isInteger(rank) || rank < 1) return;
      this.#rank = rank;
      this.#wanted = undefined;
      this.#explorer?.choose(rank);
    }

    get form() {
      return this.#internals.form;
    }

    get name() {
      return this.getAttribute("name") ?? "";
    }

    set name(name) {
      this.setAttribute("name", name);
    }

    get type() {
      return NAME;
    }
  }

  const registry = globalThis.customElements;
  const other = registry?.get(NAME);
  if (other) {
    const say = other.version === VERSION ? console.info : console.warn;
    say(`<${NAME}>: the page has version ${other.version}; it stays, and this copy, version ${VERSION}, is not defined`);
    return other;
  }
  registry?.define(NAME, LoRaRankExplorerElement);
  return LoRaRankExplorerElement;
}
