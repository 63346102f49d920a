/** The stylesheet as text. */
export declare const stylesheet: string;
