/** Milliseconds since the Unix epoch, UTC. */
export type UnixMs = number;
export type Timeframe = "15m" | "1h" | "4h" | "1d";

/** What can't be known is `null`, and a reason stands beside it: it is never a neutral zero. */
export type Known<T> = T | null;

/** Whole typed arrays are welcome; `Float32Array` is not: 32 bits hold neither a time nor a price exactly. */
export type Numbers =
  | readonly number[]
  | Float64Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array;

/** A candle as a row. Prices in the quote currency, volume in units of the asset. */
export type CandleRow = readonly [openTime: UnixMs, open: number, high: number, low: number, close: number, volume: number];

export interface CandleObject {
  readonly openTime: UnixMs;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** One array a field, all of the same length. */
export interface CandleColumns {
  readonly openTime: Numbers;
  readonly open: Numbers;
  readonly high: Numbers;
  readonly low: Numbers;
  readonly close: Numbers;
  readonly volume: Numbers;
}

/** Candles of one timeframe, in any order. A `Float64Array` holds six numbers a candle, in the order of a row, and is the fastest. */
export type Candles = readonly (CandleRow | CandleObject | Float64Array)[] | Float64Array | CandleColumns;

/** At least one timeframe; a missing one is built from the longest-reaching shorter one. */
export type CandlesByTimeframe = { readonly [timeframe in Timeframe]?: Candles | null | undefined };

/** The constants of the method; what is left out is as published. */
export interface Parameters {
  /** Weights of 15m, 1h, 4h and 1d; 0 leaves a timeframe out. */
  readonly timeframes?: readonly [number, number, number, number] | null | undefined;
  /** Weights of trend, alignment, RSI and momentum within a reading; their sum is 1. */
  readonly terms?: readonly [number, number, number, number] | null | undefined;
  /** Indicator periods. */
  readonly periods?: {
    readonly ema?: readonly [fast: number, middle: number, slow: number] | null | undefined;
    readonly rsi?: number | null | undefined;
    readonly atr?: number | null | undefined;
    readonly adx?: number | null | undefined;
  } | null | undefined;
  /** Look-back of the momentum term, in candles, 1 to 64. */
  readonly momentumSteps?: number | null | undefined;
  /** Closed candles that make a timeframe ready. */
  readonly warmUp?: number | null | undefined;
  /** Weights of MTF, relative strength, catalysts and AI sentiment. */
  readonly families?: readonly [number, number, number, number] | null | undefined;
  /** Conviction from which a setup is one, 0 to 100. */
  readonly setupConviction?: number | null | undefined;
  /** Coverage that the data gate asks for, 0 to 1. */
  readonly minCoverage?: number | null | undefined;
  /** Largest distance of the 1h close above its EMA200, in ATR. */
  readonly maxDistance?: number | null | undefined;
  /** Lowest and highest RSI on 1h, and the RSI on 4h to stay below. */
  readonly rsiLimits?: readonly [low: number, high: number, hot: number] | null | undefined;
  /** Order-book depth that the liquidity gate asks for, in the quote currency. */
  readonly minDepth?: number | null | undefined;
}

/** What both functions take. */
export interface CommonOptions {
  /** The decision time: only candles closed by then count. Now, when left out. */
  readonly at?: UnixMs | null | undefined;
  /** `TAO`, when left out. */
  readonly symbol?: string | null | undefined;
  /** The currency of the prices; `USD`, when left out. */
  readonly quote?: string | null | undefined;
  /** The last price, if one newer than the last close is known. Shown, never scored. */
  readonly price?: number | null | undefined;
  /** Where the candles come from. */
  readonly source?: string | null | undefined;
}

export interface ScoreOptions extends CommonOptions {
  readonly parameters?: Parameters | null | undefined;
}

/** What the chain says, as far as it is known. */
export interface ChainFacts {
  readonly lastHalving?: UnixMs | null | undefined;
  readonly nextHalving?: UnixMs | null | undefined;
  /** TotalStake / TotalIssuance, 0 to 1. */
  readonly stakedShare?: number | null | undefined;
  /** Its change over 30 days, as a fraction: −0.02 is two points down. */
  readonly stakedShareChange?: number | null | undefined;
  /** Coldkeys that together hold over half of the root stake. */
  readonly nakamoto?: number | null | undefined;
  /** Herfindahl–Hirschman index of block TAO by subnet, 0 to 1. */
  readonly emissionHhi?: number | null | undefined;
  /** Subnets launched in the last 30 days that matter (method §7). */
  readonly launches?: readonly { readonly netuid: number; readonly at: UnixMs }[] | null | undefined;
}

export type CatalystKind =
  | "halving"
  | "subnet-launch"
  | "staked-share"
  | "stake-concentration"
  | "emission-spread"
  | "announcement"
  | "ai-landscape"
  | "regulatory"
  | "listing"
  | "incident"
  | "network-upgrade"
  | "release"
  | "development-activity";
export type RiskName = "LIQUIDITY" | "CONCENTRATION" | "DATA" | "CENTRALIZED_AI" | "REGULATORY" | "INCIDENT";
export type DataState = "live" | "delayed" | "cached" | "partial" | "unavailable" | "simulated";

/** A dated, sourced and decaying event of the curated feed. */
export interface FeedEvent {
  readonly kind: CatalystKind;
  readonly title: string;
  /** A date in the future counts 0 and is shown as upcoming. */
  readonly at: UnixMs;
  readonly direction: -1 | 0 | 1;
  /** 0 to 1. */
  readonly magnitude: number;
  /** Days after which half of it is left, above 0. */
  readonly halfLifeDays: number;
  /** An http or https URL. */
  readonly sourceUrl: string;
  readonly riskFlag?: RiskName | null | undefined;
  /** When the flag falls; one half-life after `at`, when left out. */
  readonly until?: UnixMs | null | undefined;
}

/** Everything an assessment can be made of. What is left out is unknown, never neutral. */
export interface AssessInputs extends CommonOptions {
  readonly candles: CandlesByTimeframe;
  /** Bitcoin: 4h and 1d are used. */
  readonly btc?: CandlesByTimeframe | null | undefined;
  /** The AI tokens by name: 4h and 1d are used, and at least 3 are needed. */
  readonly basket?: { readonly [name: string]: CandlesByTimeframe } | null | undefined;
  readonly chain?: ChainFacts | null | undefined;
  readonly feed?: readonly FeedEvent[] | null | undefined;
  /** Order-book depth within ±0.5 % of mid, in the quote currency. */
  readonly depth?: number | null | undefined;
  /** Candles missing beyond those that the series themselves show. */
  readonly dropped?: number | null | undefined;
  /** A second source's close of the last closed 1h candle. */
  readonly confirmation?: Confirmation | null | undefined;
  /** How fresh the candles are; *live*, or *delayed* when a timeframe is stale, when left out. */
  readonly state?: DataState | null | undefined;
}

/** Everything that is said at one moment, as plain JSON. */
export interface Assessment {
  readonly schema: 1;
  readonly symbol: string;
  readonly quote: string;
  readonly at: UnixMs;
  readonly price: Known<number>;
  /** The score, −100 to 100. */
  readonly conviction: Known<number>;
  readonly verdict: "strong-bullish" | "bullish" | "neutral" | "bearish" | "strong-bearish" | "insufficient-data";
  readonly setup: "high-conviction" | "unconfirmed" | "none";
  /** Share of the evidence that is known, 0 to 1. */
  readonly coverage: number;
  /** How far the timeframes point the same way, 0 to 1. */
  readonly agreement: Known<number>;
  /** How strong their trends are, 0 to 1. */
  readonly strength: Known<number>;
  /** 0.5 when a positive score is damped by the regime. */
  readonly damp: 1 | 0.5;
  /** `custom` when a parameter differs from the published method. */
  readonly formula: "published" | "custom";
  readonly mtf: MtfReport;
  readonly families: readonly FamilyReport[];
  readonly gates: readonly GateReport[];
  readonly regime: RegimeReport;
  /** Shown, not scored. */
  readonly correlation: CorrelationReport;
  readonly catalysts: readonly Catalyst[];
  readonly riskFlags: readonly RiskFlag[];
  readonly data: DataReport;
}

/** The score of the timeframes together. */
export interface MtfReport {
  /** −100 to 100. */
  readonly score: Known<number>;
  readonly agreement: Known<number>;
  readonly strength: Known<number>;
  /** How many timeframes have a reading of at least 0.10 in size and the score's sign. */
  readonly aligned: number;
  /** Those with a weight, shortest first, ready or not. */
  readonly timeframes: readonly TimeframeReport[];
}

export interface TimeframeReport {
  readonly timeframe: Timeframe;
  readonly ready: boolean;
  /** Closed candles used. */
  readonly candles: number;
  readonly closedAt: Known<UnixMs>;
  readonly close: Known<number>;
  readonly ema20: Known<number>;
  readonly ema50: Known<number>;
  readonly ema200: Known<number>;
  readonly rsi14: Known<number>;
  readonly atr14: Known<number>;
  readonly adx14: Known<number>;
  /** σ of one candle's log return. */
  readonly volatility: Known<number>;
  /** The four terms and the reading they make, −1 to 1. */
  readonly trend: Known<number>;
  readonly alignment: Known<number>;
  readonly rsi: Known<number>;
  readonly momentum: Known<number>;
  readonly reading: Known<number>;
  /** 0 to 1. */
  readonly strength: Known<number>;
  readonly weight: number;
  readonly stack: Known<"bull" | "bear" | "mixed">;
  /** Why it is not ready. */
  readonly reason: Known<string>;
}

export interface FamilyReport {
  readonly family: "mtf" | "relativeStrength" | "catalysts" | "aiSentiment";
  /** −1 to 1. */
  readonly value: Known<number>;
  readonly weight: number;
  /** 100 · weight · value / the known families' weight. */
  readonly points: Known<number>;
  /** Why it is unknown. */
  readonly reason: Known<string>;
}

export interface GateReport {
  readonly gate:
    | "data"
    | "trend"
    | "proximity"
    | "mtf"
    | "rsi"
    | "momentum"
    | "relative"
    | "regime"
    | "liquidity"
    | "catalysts";
  readonly state: "pass" | "fail" | "unknown";
  readonly value: Known<number>;
  readonly threshold: number;
  readonly detail: string;
}

/** Bitcoin's risk regime, measured at its last daily close. */
export interface RegimeReport {
  readonly state: "risk-on" | "risk-off" | "unknown";
  readonly warnings: Known<number>;
  readonly close: Known<number>;
  readonly ema200: Known<number>;
  readonly volatility: Known<number>;
  readonly volatilityLimit: Known<number>;
  readonly drawdownLimit: Known<number>;
  readonly reason: Known<string>;
}

export interface Correlation {
  readonly correlation: number;
  readonly beta: number;
  readonly days: number;
}

export interface CorrelationReport {
  readonly btc: Known<Correlation>;
  readonly basket: Known<Correlation>;
  readonly btcDownDays: Known<Correlation>;
}

export interface Catalyst {
  readonly kind: CatalystKind;
  readonly title: string;
  readonly at: Known<UnixMs>;
  readonly direction: -1 | 0 | 1;
  readonly magnitude: number;
  /** `null` for a state, which doesn't decay. */
  readonly halfLifeDays: Known<number>;
  /** `null` for what the chain itself says. */
  readonly sourceUrl: Known<string>;
  /** What it adds now. */
  readonly impact: number;
}

export interface RiskFlag {
  readonly name: RiskName;
  readonly reason: string;
  readonly since: Known<UnixMs>;
}

export interface DataReport {
  readonly state: DataState;
  readonly source: Known<string>;
  /** Sources that were asked before and failed; always empty here, where nothing is fetched. */
  readonly failures: readonly { readonly source: string; readonly reason: string }[];
  /** When the newest closed candle closed. */
  readonly asOf: Known<UnixMs>;
  /** Candles refused as invalid. */
  readonly rejectedCandles: number;
  /** Closed candles that are missing. */
  readonly gaps: number;
  /** Timeframes whose last closed candle is older than two lengths. */
  readonly stale: readonly Timeframe[];
  readonly confirmedBy: Known<string>;
  readonly contradictedBy: Known<Confirmation>;
}

export interface Confirmation {
  readonly source: string;
  readonly close: number;
}

/**
 * Scores an asset from its own candles.
 * @throws {TypeError} that names path, value and what is expected, for the first argument that is wrong.
 */
export function score(candles: CandlesByTimeframe, options?: ScoreOptions | null): Assessment;

/**
 * Assesses an asset from everything that is known.
 * @throws {TypeError} that names path, value and what is expected, for the first argument that is wrong.
 */
export function assess(inputs: AssessInputs, options?: { readonly parameters?: Parameters | null | undefined } | null): Assessment;

/** The version of this build. */
export function version(): string;
