/** A list of numbers. */
export type Numbers = ArrayLike<number>;

/** A matrix W: its rows, or its entries row by row with a shape, as tensors of other libraries have them. */
export type MatrixInput =
  | readonly Numbers[]
  | { readonly data: Numbers; readonly shape: readonly number[] }
  | { readonly data: Numbers; readonly dims: readonly number[] }
  | { readonly data: Numbers; readonly rows: number; readonly cols: number };

/** Singular values, largest first, of a `rows` × `cols` matrix: all of them, or the first with the Frobenius norm if it is known. */
export interface SpectrumInput {
  readonly rows: number;
  readonly cols: number;
  readonly singularValues?: Numbers;
  /** The same in Python's spelling. */
  readonly singular_values?: Numbers;
  readonly frobeniusNorm?: number;
  readonly frobenius_norm?: number;
  /** The error of ‖W‖_F² − Σσ², as a share of ‖W‖_F²: 2e-6 for values that were computed in 32 bits. */
  readonly rounding?: number;
}

/** A rule by which a tool chooses a rank, with its threshold. The crate's documentation of `RankRule` has each. */
export type RankRule =
  | { readonly energyAtLeast: number }
  | { readonly energyAbove: number }
  | { readonly energyRoundedUp: number }
  | { readonly frobeniusRetained: number }
  | { readonly frobeniusRetainedPlusOne: number }
  | { readonly nuclearShare: number }
  | { readonly nuclearSharePlusOne: number }
  | { readonly nuclearShareFloor: number }
  | { readonly sigmaRatio: number }
  | { readonly sigmaRatioPlusOne: number }
  | { readonly sigmaRelative: number }
  | { readonly sigmaAbove: number }
  | { readonly sigmaAboveUpTo: { readonly value: number; readonly maxRank: number } }
  | { readonly sigmaKnee: number }
  | { readonly relativeResidual: number }
  | { readonly residualOfBase: { readonly share: number; readonly baseNorm: number } }
  | { readonly atMostBytes: { readonly budget: number; readonly bytesPerValue: number } };

/** A rule, or one with a name to show. */
export type RankTarget = RankRule | { readonly name?: string; readonly rule: RankRule };

/** A rank that a spectrum suggests. */
export type RankSuggestion =
  | "knee"
  | "largestGap"
  | "numericalRank"
  | "stableRank"
  | "effectiveRank"
  | "energyEffectiveRank"
  | "noiseThreshold";

/** A suggestion, one with a name to show, or a rank of the page's own. */
export type RankMarker =
  | RankSuggestion
  | { readonly name: string; readonly suggestion: RankSuggestion }
  | { readonly name: string; readonly rank: number };

export interface AxesInput {
  /** How ranks are spaced; a ladder has the ranks that can be chosen. */
  readonly rankScale?: "linear" | "log2" | { readonly ladder: readonly number[] };
  readonly maxRank?: number;
  /** What residuals are measured against. */
  readonly residualView?: "absolute" | "relative" | "percent" | { readonly ofBase: number };
  readonly residualScale?: "linear" | "log";
}

/** The shape is that of W, and a value takes 2 bytes, unless they are given. */
export interface CostInput {
  readonly rows?: number;
  readonly cols?: number;
  readonly bytesPerValue?: number;
  readonly copies?: number;
}

/** Up to six spectra beside the explorer's own, which is named `own`. */
export interface CompareInput {
  readonly own: string;
  readonly others: readonly { readonly name: string; readonly spectrum: SpectrumInput }[];
}

/** Scores of models that were run at some ranks; a rank may have several. `name` says what was measured. */
export interface ObservationsInput {
  readonly name?: string;
  readonly points: readonly (readonly [rank: number, score: number])[];
}

/** A word to explain below the explorer. */
export type Term = "residual" | "capturedEnergy" | RankSuggestion;

/** A text that can be translated. */
export type LabelName =
  | "title"
  | "plotTitle"
  | "caption"
  | "captionOfPreview"
  | "rank"
  | "rankAxis"
  | "knownRanks"
  | "frobenius"
  | "spectral"
  | "residual"
  | "capturedEnergy"
  | "range"
  | "valueText"
  | "announcement"
  | "rankAnnouncement"
  | "loading"
  | "noSpectrum"
  | "invalidTarget"
  | "invalidSpectrum"
  | "targets"
  | "markers"
  | "rankOf"
  | "noRank"
  | "compared"
  | "parameters"
  | "size"
  | "shareOfWeights"
  | "costValueText"
  | "breakEven"
  | "notMeasured"
  | "exactRank"
  | "oneLess"
  | "oneMore"
  | "notARank"
  | "data"
  | "terms"
  | "knee"
  | "largestGap"
  | "numericalRank"
  | "stableRank"
  | "effectiveRank"
  | "energyEffectiveRank"
  | "noiseThreshold"
  | "meaningOfFrobeniusResidual"
  | "meaningOfSpectralResidual"
  | "meaningOfCapturedEnergy"
  | "meaningOfKnee"
  | "meaningOfLargestGap"
  | "meaningOfNumericalRank"
  | "meaningOfStableRank"
  | "meaningOfEffectiveRank"
  | "meaningOfEnergyEffectiveRank"
  | "meaningOfNoiseThreshold";

/** How marker and cursor move. Durations are seconds. */
export type TransitionInput =
  | "snap"
  | "smooth"
  | "instant"
  | { readonly stiffness: number; readonly damping: number; readonly mass: number }
  | { readonly duration: number; readonly easing: readonly [number, number, number, number] };

/** What the host can give. `undefined` is as if it were not given. */
export interface LoRaRankExplorerProps {
  /** The rank, if the host controls it: it answers `rankchange` by setting `r`, and what it does not set is refused. */
  r?: number | null | undefined;
  /** The first rank, if it does not. Default is 1. */
  defaultR?: number | null | undefined;
  metric?: "frobenius" | "spectral" | undefined;
  /** W; `null` while it is on its way. Default is a synthetic 8×8 matrix. */
  targetMatrix?: MatrixInput | null | undefined;
  /** A spectrum from elsewhere; `null` while it is on its way. It wins over `targetMatrix`. */
  spectrum?: SpectrumInput | null | undefined;
  targets?: readonly RankTarget[] | null | undefined;
  markers?: readonly RankMarker[] | null | undefined;
  axes?: AxesInput | null | undefined;
  cost?: boolean | CostInput | null | undefined;
  compare?: CompareInput | null | undefined;
  /** Measured quality at some ranks: points, or lines of `rank,score`. */
  observations?: ObservationsInput | string | null | undefined;
  /** Words to explain; `true` for residual and captured energy. */
  terms?: boolean | readonly Term[] | null | undefined;
  /** Whether a person can choose on the plot, too. */
  pointing?: boolean | null | undefined;
  /** A field for the exact rank, a table, or both. */
  numbers?: readonly ("input" | "table")[] | null | undefined;
  transition?: TransitionInput | null | undefined;
  /** The title, which is also the accessible name. */
  heading?: string | null | undefined;
  /** Whether the curve in a sentence stands below the plot. */
  sentence?: boolean | null | undefined;
  /** Translated texts by name, with values in braces: `{ rank: "Rang", valueText: "Rang {rank}, Rest {residual}" }`. */
  labels?: Readonly<Partial<Record<LabelName, string>>> | null | undefined;
}

/** A rank with what it leaves over. What is known only as a range is `null`, and the range is beside it. */
export interface RankDetail {
  readonly rank: number;
  readonly residual: number | null;
  readonly capturedEnergy: number | null;
  readonly residualRange?: readonly [number, number];
  readonly capturedEnergyRange?: readonly [number, number];
}

/** What a person points at; the rank is `null` once they no longer do. */
export type PreviewDetail = Omit<RankDetail, "rank"> & { readonly rank: number | null };

export interface LoRaRankExplorerEventMap {
  /** The person asks for a rank. `preventDefault()` refuses it. */
  rankchange: CustomEvent<RankDetail>;
  /** The person has settled on a rank: at the end of a drag, or after a key, a click or an entry. */
  rankcommit: CustomEvent<RankDetail>;
  /** The person points at a rank on the plot. */
  rankpreview: CustomEvent<PreviewDetail>;
}

export interface LoRaRankExplorerElement extends HTMLElement, LoRaRankExplorerProps {
  /** The current rank; `null` until it is known. */
  readonly rank: number | null;
  /** The current rank as a form sends it. */
  value: string;
  name: string;
  readonly form: HTMLFormElement | null;
  readonly type: "lora-rank-explorer";
  addEventListener<Type extends keyof LoRaRankExplorerEventMap>(
    type: Type,
    listener: (this: LoRaRankExplorerElement, event: LoRaRankExplorerEventMap[Type]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | AddEventListenerOptions): void;
  removeEventListener<Type extends keyof LoRaRankExplorerEventMap>(
    type: Type,
    listener: (this: LoRaRankExplorerElement, event: LoRaRankExplorerEventMap[Type]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | EventListenerOptions): void;
}

/** The class of the element. Importing the module defines it. */
export declare const LoRaRankExplorerElement: {
  new (): LoRaRankExplorerElement;
  prototype: LoRaRankExplorerElement;
  readonly version: string;
};

declare global {
  interface HTMLElementTagNameMap {
    "lora-rank-explorer": LoRaRankExplorerElement;
  }
}
