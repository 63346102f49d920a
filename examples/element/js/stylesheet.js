// The stylesheet as text, for pages that add it themselves.

export { default as stylesheet } from "./style.css";
