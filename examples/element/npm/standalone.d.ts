export * from "./index.js";

/** The stylesheet as text. */
export declare const stylesheet: string;

/** An anywidget: `_esm` of a class in Python, or the module of MyST's directive `anywidget`. */
declare const widget: {
  render(context: { model: any; el: HTMLElement }): () => void;
};
export default widget;
