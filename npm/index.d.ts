// Types of the element <tao-conviction>, which `import "tao-conviction"` defines. Those of the Assessment are scoring.d.ts.

import type { Assessment } from "./scoring.js";

export type { Assessment } from "./scoring.js";

/** The attributes. What is left out, `null` or `undefined` has its default. */
export interface TaoConvictionConfig {
  /** `TAO` or another asset that the widget knows. */
  symbol?: string | null | undefined;
  layout?: "badge" | "card" | "panel" | "watchlist" | null | undefined;
  theme?: "auto" | "light" | "dark" | null | undefined;
  /** A BCP 47 tag. */
  locale?: string | null | undefined;
  /** An ordered list such as `kraken,binance`; or `sample`. */
  sources?: string | null | undefined;
  /** A list such as `1h,4h,1d`. */
  timeframes?: string | null | undefined;
  /** A number above 0 for each of the timeframes. */
  weights?: string | null | undefined;
  live?: "on" | "off" | null | undefined;
  /** `on`, `off`, or a feed of one's own. */
  catalysts?: "on" | "off" | `https://${string}` | null | undefined;
  /** Stands in for the exchanges. */
  proxy?: string | null | undefined;
  /** A conviction from −100 to 100. */
  alert?: number | string | null | undefined;
  /** A list of symbols. */
  watchlist?: string | null | undefined;
}

/** All bubble and are composed; `detail` is the Assessment. */
export interface TaoConvictionEventMap {
  /** The first score. */
  "tao-ready": CustomEvent<Assessment>;
  /** Each score and each move of the price. */
  "tao-update": CustomEvent<Assessment>;
  /** The level of `alert` is reached; without one, a high-conviction setup appears. */
  "tao-setup": CustomEvent<Assessment>;
  /** No source answers. */
  "tao-error": CustomEvent<Assessment>;
}

export interface TaoConvictionElement extends HTMLElement {
  /** The last Assessment, or `null` before the first. */
  readonly assessment: Assessment | null;
  /** The attributes that are set. */
  get config(): { [Name in keyof TaoConvictionConfig]?: string };
  /** Sets these and takes the others away. */
  set config(values: TaoConvictionConfig);
  /** Asks the sources now. */
  refresh(): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "tao-conviction": TaoConvictionElement;
  }
  interface GlobalEventHandlersEventMap extends TaoConvictionEventMap {}
}
