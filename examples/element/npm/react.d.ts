import type { DetailedHTMLProps, HTMLAttributes } from "react";
import type { LoRaRankExplorerElement, LoRaRankExplorerEventMap, LoRaRankExplorerProps } from "./index.js";

export * from "./index.js";

/** The props of the tag in React 19, which sets properties and listens to events. */
export type LoRaRankExplorerTag = DetailedHTMLProps<HTMLAttributes<LoRaRankExplorerElement>, LoRaRankExplorerElement> &
  LoRaRankExplorerProps & {
    name?: string;
    onrankchange?: (event: LoRaRankExplorerEventMap["rankchange"]) => void;
    onrankcommit?: (event: LoRaRankExplorerEventMap["rankcommit"]) => void;
    onrankpreview?: (event: LoRaRankExplorerEventMap["rankpreview"]) => void;
  };

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "lora-rank-explorer": LoRaRankExplorerTag;
    }
  }
}
