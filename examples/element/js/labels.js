// The host's texts for labels.

import { isObject, snake } from "./read.js";

const NAMES = snake(`
  title plotTitle caption captionOfPreview rank rankAxis knownRanks frobenius spectral residual capturedEnergy range
  valueText announcement rankAnnouncement loading noSpectrum invalidTarget invalidSpectrum
  targets markers rankOf noRank compared parameters size shareOfWeights costValueText breakEven notMeasured
  exactRank oneLess oneMore notARank data
  terms knee largestGap numericalRank stableRank effectiveRank energyEffectiveRank noiseThreshold
  meaningOfFrobeniusResidual meaningOfSpectralResidual meaningOfCapturedEnergy meaningOfKnee meaningOfLargestGap meaningOfNumericalRank
  meaningOfStableRank meaningOfEffectiveRank meaningOfEnergyEffectiveRank meaningOfNoiseThreshold
`).match(/\w+/g);

/** A name that is none of a label's, if there is one. */
export const unknownLabel = (labels) => Object.keys(labels).find((name) => !NAMES.includes(snake(name)));

/** The host's text for a label, `Rang {rank}`, with its values in place of the names in braces. */
export function label(labels, name, values) {
  const found = isObject(labels) && Object.entries(labels).find(([key]) => snake(key) === name);
  if (!found) return undefined;
  return String(found[1]).replace(/\{(\w+)\}/g, (braces, key) => {
    const i = values.findIndex((value, i) => i % 2 === 0 && value === snake(key));
    return i < 0 ? braces : values[i + 1];
  });
}
