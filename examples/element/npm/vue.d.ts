import type { DefineComponent } from "vue";
import type { LoRaRankExplorerEventMap, LoRaRankExplorerProps } from "./index.js";

export * from "./index.js";

declare module "vue" {
  interface GlobalComponents {
    "lora-rank-explorer": DefineComponent<
      LoRaRankExplorerProps & {
        name?: string;
        onRankchange?: (event: LoRaRankExplorerEventMap["rankchange"]) => void;
        onRankcommit?: (event: LoRaRankExplorerEventMap["rankcommit"]) => void;
        onRankpreview?: (event: LoRaRankExplorerEventMap["rankpreview"]) => void;
      }
    >;
  }
}
