// The fake exchanges themselves: what they send has the documented shapes. No browser in this file.

import { expect, test } from '@playwright/test';
import { binance, kline } from '../exchange/binance.ts';
import { bybit } from '../exchange/bybit.ts';
import { ASSETS, INTERVALS, LENGTH_MS, LISTED, NOW, candlesOf, parseCsv, sumUp, toCsv } from '../exchange/candles.ts';
import { coinbase } from '../exchange/coinbase.ts';
import { hyperliquid } from '../exchange/hyperliquid.ts';
import { kraken, quoted } from '../exchange/kraken.ts';
import { candlesAt, closedAt, runningAt } from '../exchange/market.ts';
import { okx } from '../exchange/okx.ts';
import type { Reply } from '../exchange/venue.ts';
import { VENUES, type Venue, venueAt } from '../exchange/venues.ts';

const DECIMAL = /^\d+\.\d{8}$/;
const ask = (venue: typeof binance, text: string, now = NOW) => {
  const url = new URL(text, 'http://exchange');
  return venue(url.pathname, url.searchParams, now);
};
const klines = (query: string, now = NOW) => ask(binance, `/api/v3/klines?${query}`, now);
const ohlc = (query: string, now = NOW) => ask(kraken, `/0/public/OHLC?${query}`, now);

test.describe('candles', () => {
  for (const asset of ASSETS) {
    test(`${asset} has aligned, valid candles without gaps up to a few days after the chosen moment`, () => {
      for (const interval of INTERVALS) {
        const length = LENGTH_MS[interval];
        const all = candlesOf(asset)[interval];
        const wrong = all.filter(
          ({ time, open, high, low, close, volume }, index) =>
            time % length !== 0 ||
            (index > 0 && time !== all[index - 1].time + length) ||
            !(low > 0 && low <= Math.min(open, close) && high >= Math.max(open, close) && volume >= 0),
        );
        expect(wrong, interval).toEqual([]);
        expect(all.at(-1)!.time, interval).toBeGreaterThan(NOW + LENGTH_MS['1d']);
      }
    });
  }

  test('enough TAO candles have closed for every timeframe to be ready, from either exchange', () => {
    for (const interval of INTERVALS) expect(closedAt('TAO', interval, NOW).length, interval).toBeGreaterThan(499);
  });

  test('summing up 15m candles gives the recorded 1h candles', () => {
    const hours = new Map(candlesOf('TAO')['1h'].map((candle) => [candle.time, candle]));
    const built = sumUp(candlesOf('TAO')['15m'].slice(-960), '15m', '1h');
    expect(built.length).toBeGreaterThan(230);
    for (const candle of built) {
      const { volume, ...prices } = candle;
      expect(hours.get(candle.time)).toMatchObject(prices);
      expect(hours.get(candle.time)!.volume).toBeCloseTo(volume, 3);
    }
  });

  test('CSV is read and written without loss, and refused when it is something else', () => {
    const some = candlesOf('TAO')['4h'].slice(-5);
    expect(parseCsv(toCsv(some), 'a file')).toEqual(some);
    expect(() => parseCsv('time,open\n1,2', 'a file')).toThrow('a file starts with "time,open"');
    expect(() => parseCsv('ts_ms,open,high,low,close,volume\n1,2,3,4,x,6', 'a file')).toThrow('a file, line 2');
  });
});

test.describe('a moment of the market', () => {
  test('the last candle is the running one, and no other is later', () => {
    for (const interval of INTERVALS) {
      const all = candlesAt('TAO', interval, NOW);
      const running = all.at(-1)!;
      expect(running.time).toBe(NOW - (NOW % LENGTH_MS[interval]));
      expect(all.at(-2)!.time).toBe(running.time - LENGTH_MS[interval]);
      expect(running).toEqual(runningAt('TAO', interval, NOW));
    }
  });

  test('a running candle holds what has been traded so far, and at its end the whole', () => {
    const quarter = candlesOf('TAO')['15m'].find((candle) => candle.time === NOW - (NOW % LENGTH_MS['15m']))!;
    expect(runningAt('TAO', '15m', quarter.time)).toMatchObject({ open: quarter.open, close: quarter.open, volume: 0 });
    const last = runningAt('TAO', '15m', quarter.time + LENGTH_MS['15m'] - 1);
    expect(last.close).toBeCloseTo(quarter.close, 2);
    expect(last.high).toBeLessThanOrEqual(quarter.high);
    const hour = runningAt('TAO', '1h', quarter.time + LENGTH_MS['15m'] / 2);
    expect(hour.open).toBe(candlesOf('TAO')['15m'].find((candle) => candle.time === hour.time)!.open);
    expect(hour.high).toBeGreaterThanOrEqual(runningAt('TAO', '15m', quarter.time + LENGTH_MS['15m'] / 2).high);
  });

  test('a candle that has closed never changes again', () => {
    const later = NOW + 5 * LENGTH_MS['1h'];
    const now = closedAt('TAO', '1h', NOW);
    expect(closedAt('TAO', '1h', later).slice(0, now.length)).toEqual(now);
    expect(closedAt('TAO', '1h', later)).toHaveLength(now.length + 5);
  });

  test('a moment without candles is an error, not an empty answer', () => {
    expect(() => runningAt('TAO', '15m', Date.parse('2031-01-01'))).toThrow('there are no TAO candles');
  });
});

test.describe('Binance', () => {
  test('a kline has twelve columns of the documented types', () => {
    const reply = klines('symbol=TAOUSDT&interval=4h&limit=3');
    const list = reply.body as unknown[][];
    expect([reply.status, list.length]).toEqual([200, 3]);
    for (const row of list) {
      expect(row).toHaveLength(12);
      for (const column of [0, 6, 8]) expect(Number.isInteger(row[column]), `column ${column}`).toBe(true);
      for (const column of [1, 2, 3, 4, 5, 7, 9, 10]) expect(row[column], `column ${column}`).toMatch(DECIMAL);
      expect(row[11]).toBe('0');
      expect(row[6]).toBe(Number(row[0]) + LENGTH_MS['4h'] - 1);
    }
    const candle = { time: 1499040000000, open: 0.0163479, high: 0.8, low: 0.015758, close: 0.015771, volume: 148976.11427815 };
    expect(kline(candle, '1d').slice(0, 7)).toEqual([
      1499040000000, '0.01634790', '0.80000000', '0.01575800', '0.01577100', '148976.11427815', 1499126399999,
    ]);
  });

  test('the newest rows come oldest first, 500 unless asked, 1000 at most, the last one running', () => {
    const known = candlesAt('TAO', '15m', NOW).length;
    for (const [query, most] of [['', 500], ['&limit=2', 2], ['&limit=1000', 1000], ['&limit=5000', 1000]] as const) {
      const list = klines(`symbol=TAOUSDT&interval=15m${query}`).body as number[][];
      expect(list, query).toHaveLength(Math.min(most, known));
      expect(list.every((row, index) => index === 0 || row[0] === list[index - 1][0] + LENGTH_MS['15m'])).toBe(true);
      expect(list.at(-1)![6]).toBeGreaterThanOrEqual(NOW);
      expect(list.at(-2)![6]).toBeLessThan(NOW);
    }
  });

  test('startTime and endTime choose a window, counted from its start', () => {
    const start = NOW - (NOW % LENGTH_MS['1h']) - 10 * LENGTH_MS['1h'];
    const times = (query: string): number[] => (klines(`symbol=TAOUSDT&interval=1h&${query}`).body as number[][]).map(([time]) => time);
    expect(times(`startTime=${start}`)).toHaveLength(11);
    expect(times(`startTime=${start}&limit=3`)).toEqual([0, 1, 2].map((hour) => start + hour * LENGTH_MS['1h']));
    expect(times(`startTime=${start}&endTime=${start}`)).toEqual([start]);
    expect(times(`endTime=${start}&limit=2`)).toEqual([start - LENGTH_MS['1h'], start]);
    expect(times(`startTime=${NOW + 1}`)).toEqual([]);
  });

  test('what is asked wrongly is refused with the documented codes and HTTP 400', () => {
    const cases: [string, number][] = [
      ['symbol=DOGEUSDT&interval=1h', -1121],
      ['symbol=TAOUSD&interval=1h', -1121],
      ['symbol=taousdt&interval=1h', -1100],
      ['symbol=TAOUSDT&interval=1H', -1120],
      ['symbol=TAOUSDT&interval=60', -1120],
      ['symbol=TAOUSDT', -1102],
      ['interval=1h', -1102],
      ['symbol=TAOUSDT&interval=1h&limit=-1', -1100],
      ['symbol=TAOUSDT&interval=1h&limit=0', -1130],
      ['symbol=TAOUSDT&interval=1h&pair=TAOUSD', -1101],
    ];
    for (const [query, code] of cases) {
      const reply = klines(query);
      expect([reply.status, reply.body], query).toEqual([400, { code, msg: expect.any(String) }]);
    }
    expect(klines('symbol=DOGEUSDT&interval=1h').body).toEqual({ code: -1121, msg: 'Invalid symbol.' });
  });

  test('depth, 24h ticker and time have their documented fields', () => {
    const depth = ask(binance, '/api/v3/depth?symbol=TAOUSDT&limit=5').body as { bids: string[][]; asks: string[][] };
    expect(depth).toEqual({ lastUpdateId: expect.any(Number), bids: expect.any(Array), asks: expect.any(Array) });
    expect([depth.bids.length, depth.asks.length]).toEqual([5, 5]);
    for (const level of [...depth.bids, ...depth.asks]) expect(level).toEqual([expect.stringMatching(DECIMAL), expect.stringMatching(DECIMAL)]);
    expect(Number(depth.bids[0][0])).toBeLessThan(Number(depth.asks[0][0]));
    expect(Number(depth.bids[0][0])).toBeGreaterThan(Number(depth.bids[1][0]));
    expect(Number(depth.asks[0][0])).toBeLessThan(Number(depth.asks[1][0]));

    const both = ask(binance, `/api/v3/ticker/24hr?symbols=${encodeURIComponent('["BTCUSDT","TAOUSDT"]')}`).body as Record<string, unknown>[];
    expect(both.map(({ symbol }) => symbol)).toEqual(['BTCUSDT', 'TAOUSDT']);
    const one = ask(binance, '/api/v3/ticker/24hr?symbol=TAOUSDT').body;
    expect(one).toMatchObject({ symbol: 'TAOUSDT', lastPrice: expect.stringMatching(DECIMAL), closeTime: NOW, openTime: NOW - LENGTH_MS['1d'] });
    expect(ask(binance, `/api/v3/ticker/24hr?symbols=${encodeURIComponent('["DOGEUSDT","TAOUSDT"]')}`).status).toBe(400);

    expect(ask(binance, '/api/v3/time').body).toEqual({ serverTime: NOW });
  });
});

test.describe('Kraken', () => {
  test('a row has eight columns: seconds, six texts, a count', () => {
    const body = ohlc('pair=TAOUSD&interval=240').body as { error: string[]; result: Record<string, unknown> };
    expect(body.error).toEqual([]);
    expect(Object.keys(body.result)).toEqual(['TAOUSD', 'last']);
    const list = body.result.TAOUSD as unknown[][];
    expect(list.length).toBeGreaterThan(461);
    const price = /^\d+\.\d\d$/;
    // One comparison for all rows: hundreds of rows times eight columns are slow one by one.
    const wrong = list.filter(
      (row) =>
        row.length !== 8 ||
        Number(row[0]) % 14_400 !== 0 ||
        [1, 2, 3, 4, 5].some((column) => typeof row[column] !== 'string' || !price.test(row[column])) ||
        typeof row[6] !== 'string' ||
        !DECIMAL.test(row[6]) ||
        !Number.isInteger(row[7]),
    );
    expect(wrong).toEqual([]);
  });

  test('the result stands under Kraken’s own name', () => {
    const keys = (pair: string): string[] => Object.keys((ohlc(`pair=${pair}&interval=60`).body as { result: object }).result);
    expect(keys('XBTUSD')).toEqual(['XXBTZUSD', 'last']);
    expect(keys('ETHUSD')).toEqual(['XETHZUSD', 'last']);
  });

  test('720 rows at most, oldest first, the last one running, and `last` names the newest that has closed', () => {
    const body = ohlc('pair=TAOUSD&interval=15').body as { result: { TAOUSD: number[][]; last: number } };
    const list = body.result.TAOUSD;
    expect(list).toHaveLength(720);
    expect(list.every((row, index) => index === 0 || row[0] === list[index - 1][0] + 900)).toBe(true);
    expect(list.at(-1)![0] * 1000 + LENGTH_MS['15m']).toBeGreaterThan(NOW);
    expect(body.result.last).toBe(list.at(-2)![0]);
  });

  test('since is exclusive and in seconds; the running row comes whatever it says', () => {
    const times = (since: number): number[] =>
      (ohlc(`pair=TAOUSD&interval=60&since=${since}`).body as { result: { TAOUSD: number[][] } }).result.TAOUSD.map(([time]) => time);
    const running = (NOW - (NOW % LENGTH_MS['1h'])) / 1000;
    expect(times(running - 2 * 3600)).toEqual([running - 3600, running]);
    expect(times(running)).toEqual([running]);
    expect(times(running + 86_400)).toEqual([running]);
    expect(times(0)).toHaveLength(720);
  });

  test('errors come with HTTP 200 and no result', () => {
    expect(ohlc('pair=DOGEUSD&interval=60')).toEqual({ status: 200, body: { error: ['EQuery:Unknown asset pair'] } });
    for (const query of ['interval=60', 'pair=TAOUSD&interval=7', 'pair=TAOUSD&interval=60&since=then']) {
      expect(ohlc(query), query).toEqual({ status: 200, body: { error: ['EGeneral:Invalid arguments'] } });
    }
  });

  test('its prices are its own, and still make valid candles', () => {
    for (const candle of closedAt('TAO', '1h', NOW).slice(-200)) {
      const own = quoted(candle, 2);
      expect(own.close).not.toBe(candle.close);
      expect(own.close / candle.close).toBeCloseTo(1.0003, 3);
      expect(own.low <= Math.min(own.open, own.close) && own.high >= Math.max(own.open, own.close)).toBe(true);
    }
  });

  test('depth and time have their documented fields', () => {
    const { result } = ask(kraken, '/0/public/Depth?pair=TAOUSD&count=3').body as { result: { TAOUSD: { asks: unknown[][]; bids: unknown[][] } } };
    const level = [expect.stringMatching(/^\d+\.\d+$/), expect.stringMatching(/^\d+\.\d{3}$/), Math.floor(NOW / 1000)];
    expect(result.TAOUSD).toEqual({ asks: [level, level, level], bids: [level, level, level] });
    expect(Number(result.TAOUSD.bids[0][0])).toBeLessThan(Number(result.TAOUSD.asks[0][0]));
    expect(ask(kraken, '/0/public/Time').body).toEqual({
      error: [],
      result: { unixtime: NOW / 1000, rfc1123: expect.stringMatching(/^\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT$/) },
    });
  });
});

const HOUR = LENGTH_MS['1h'];
const RUNNING = NOW - (NOW % HOUR);
const NUMBER = /^\d+(\.\d+)?$/;
const descending = (times: number[], step: number): boolean => times.every((time, index) => index === 0 || time === times[index - 1] - step);

test.describe('Coinbase', () => {
  const candles = (query: string, now = NOW): Reply => ask(coinbase, `/products/TAO-USD/candles?${query}`, now);
  const list = (query: string): number[][] => candles(query).body as number[][];
  const iso = (time: number): string => new Date(time).toISOString();

  test('a row is seconds, then low before high before open, all numbers, newest first, the running one leading', () => {
    const rows = list('granularity=3600');
    expect(rows).toHaveLength(300);
    expect(rows.flat().every((cell) => typeof cell === 'number')).toBe(true);
    expect(rows.every(([, low, high, open, close]) => low <= Math.min(open, close) && high >= Math.max(open, close))).toBe(true);
    expect(descending(rows.map(([time]) => time), 3600)).toBe(true);
    expect(rows[0][0] * 1000).toBe(RUNNING);
    expect(rows.some(([, low, high, open]) => low < open && open < high)).toBe(true);
  });

  test('start and end choose a window, both included; more than 300 are refused', () => {
    const window = (start: number, end: number): string => `granularity=3600&start=${iso(start)}&end=${iso(end)}`;
    expect(list(window(RUNNING - 2 * HOUR, RUNNING)).map(([time]) => time * 1000)).toEqual([RUNNING, RUNNING - HOUR, RUNNING - 2 * HOUR]);
    expect(list(window(RUNNING - 299 * HOUR, RUNNING))).toHaveLength(300);
    const refused = candles(window(RUNNING - 300 * HOUR, RUNNING));
    expect([refused.status, refused.body]).toEqual([400, { message: expect.stringContaining('exceeds 300') }]);
    expect(list(`granularity=3600&start=${iso(RUNNING - HOUR)}`), 'one alone is ignored').toHaveLength(300);
    expect(list(window(Date.parse('2010-01-01'), Date.parse('2010-01-02')))).toEqual([]);
  });

  test('there is no 4h, and no DOGE', () => {
    for (const granularity of [14_400, 7, 'hour']) {
      expect(candles(`granularity=${granularity}`), String(granularity)).toEqual({ status: 400, body: { message: 'Unsupported granularity' } });
    }
    expect(ask(coinbase, '/products/DOGE-USD/candles?granularity=3600')).toEqual({ status: 404, body: { message: 'NotFound' } });
    expect(candles('granularity=3600&start=x&end=y').status).toBe(400);
  });

  test('intervals in which nothing was traded are left out', () => {
    // The running quarter of an hour has no trades in its first millisecond.
    const quarter = NOW - (NOW % LENGTH_MS['15m']);
    const times = (candles('granularity=900', quarter).body as number[][]).map(([time]) => time * 1000);
    expect(times[0]).toBe(quarter - LENGTH_MS['15m']);
  });

  test('book, ticker, stats and time have their documented fields', () => {
    const level = [expect.stringMatching(NUMBER), expect.stringMatching(NUMBER), 1];
    expect(ask(coinbase, '/products/TAO-USD/book').body).toEqual({ sequence: expect.any(Number), bids: [level], asks: [level] });
    const { bids, asks } = ask(coinbase, '/products/TAO-USD/book?level=2').body as { bids: string[][]; asks: string[][] };
    expect(bids.length).toBeGreaterThan(50);
    expect(Number(bids[0][0])).toBeLessThan(Number(asks[0][0]));
    expect(Number(bids[0][0])).toBeGreaterThan(Number(bids[1][0]));
    const stats = ask(coinbase, '/products/TAO-USD/stats').body as Record<string, string>;
    expect(Object.keys(stats)).toEqual(['open', 'high', 'low', 'volume', 'last']);
    expect(Number(stats.high)).toBeGreaterThanOrEqual(Number(stats.low));
    expect(ask(coinbase, '/products/TAO-USD/ticker').body).toMatchObject({ price: stats.last, volume: stats.volume, time: iso(NOW) });
    expect(ask(coinbase, '/time').body).toEqual({ iso: iso(NOW), epoch: NOW / 1000 });
  });
});

test.describe('Hyperliquid', () => {
  const info = (body: unknown, contentType: string | undefined = 'application/json'): Reply =>
    hyperliquid({ path: '/info', query: new URLSearchParams(), now: NOW, body: JSON.stringify(body), contentType });
  const snapshot = (req: object): Reply => info({ type: 'candleSnapshot', req: { coin: 'TAO', interval: '1h', startTime: RUNNING - 9 * HOUR, endTime: NOW, ...req } });

  test('a candle is an object of text, with its coin and interval, oldest first, the last one running', () => {
    const bars = snapshot({}).body as Record<string, unknown>[];
    expect(bars).toHaveLength(10);
    const price = expect.stringMatching(NUMBER);
    for (const [index, bar] of bars.entries()) {
      const t = RUNNING - (9 - index) * HOUR;
      expect(bar).toEqual({ t, T: t + HOUR - 1, s: 'TAO', i: '1h', o: price, c: price, h: price, l: price, v: price, n: expect.any(Number) });
    }
  });

  test('startTime and endTime choose a window, and only the last 5000 are had', () => {
    const times = (req: object): number[] => (snapshot(req).body as { t: number }[]).map(({ t }) => t);
    expect(times({ endTime: RUNNING - 8 * HOUR })).toEqual([RUNNING - 9 * HOUR, RUNNING - 8 * HOUR]);
    expect(times({ endTime: undefined }).at(-1)).toBe(RUNNING);
    expect(times({ startTime: 0 }).length).toBe(Math.min(5000, candlesAt('TAO', '1h', NOW).length));
  });

  test('what is asked wrongly is refused with plain text; a coin that is not there with null', () => {
    expect(snapshot({ coin: 'DOGE' })).toEqual({ status: 500, body: null });
    for (const req of [{ interval: '60' }, { startTime: '0' }, { coin: 7 }]) {
      expect(snapshot(req), JSON.stringify(req)).toMatchObject({ status: 422, plain: true });
    }
    expect(info({ type: 'candles' })).toMatchObject({ status: 422, plain: true });
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', '']) {
      expect(info({ type: 'allMids' }, type), type).toMatchObject({ status: 415, plain: true });
    }
    expect(info({ type: 'allMids' }, 'application/json; charset=utf-8').status).toBe(200);
  });

  test('order book and contexts have their documented fields', () => {
    const { coin, levels } = info({ type: 'l2Book', coin: 'TAO' }).body as { coin: string; levels: { px: string; sz: string; n: number }[][] };
    expect([coin, levels.length, levels[0].length, levels[1].length]).toEqual(['TAO', 2, 20, 20]);
    expect(Number(levels[0][0].px)).toBeLessThan(Number(levels[1][0].px));
    const [{ universe }, contexts] = info({ type: 'metaAndAssetCtxs' }).body as [{ universe: { name: string }[] }, Record<string, string>[]];
    expect(universe.map(({ name }) => name)).toEqual([...LISTED]);
    expect(contexts).toHaveLength(LISTED.length);
    expect(contexts[0]).toMatchObject({ markPx: expect.stringMatching(NUMBER), prevDayPx: expect.stringMatching(NUMBER) });
    expect((info({ type: 'allMids' }).body as Record<string, string>).TAO).toBe(contexts[0].midPx);
  });
});

test.describe('Bybit', () => {
  const kline = (query: string): Reply => ask(bybit, `/v5/market/kline?${query}`);
  const list = (query: string): string[][] => (kline(`category=spot&symbol=TAOUSDT&${query}`).body as { result: { list: string[][] } }).result.list;

  test('a row is seven texts, newest first, the running one leading', () => {
    const body = kline('category=spot&symbol=TAOUSDT&interval=60&limit=5').body;
    expect(body).toMatchObject({ retCode: 0, retMsg: 'OK', result: { symbol: 'TAOUSDT', category: 'spot' }, retExtInfo: {}, time: NOW });
    const rows = list('interval=60&limit=5');
    expect(rows).toHaveLength(5);
    expect(rows.flat().every((cell) => typeof cell === 'string' && NUMBER.test(cell))).toBe(true);
    expect(rows.every((row) => row.length === 7)).toBe(true);
    expect(rows[0][0]).toBe(String(RUNNING));
    expect(descending(rows.map(([time]) => Number(time)), HOUR)).toBe(true);
  });

  test('200 rows unless asked, 1000 at most; days are those of UTC', () => {
    const known = candlesAt('TAO', '15m', NOW).length;
    for (const [query, most] of [['', 200], ['&limit=1000', 1000], ['&limit=5000', 1000]] as const) {
      expect(list(`interval=15${query}`), query).toHaveLength(Math.min(most, known));
    }
    expect(Number(list('interval=D&limit=1')[0][0]) % LENGTH_MS['1d']).toBe(0);
  });

  test('errors come with HTTP 200 and a code', () => {
    for (const query of ['category=spot&symbol=DOGEUSDT&interval=60', 'category=spot&symbol=TAO-USDT&interval=60', 'category=spot&symbol=TAOUSDT&interval=1h', 'category=stocks&symbol=TAOUSDT&interval=60', 'category=spot&symbol=TAOUSDT&interval=60&limit=x']) {
      expect(kline(query), query).toMatchObject({ status: 200, body: { retCode: 10001, retMsg: expect.any(String), result: {} } });
    }
    expect(() => kline('symbol=TAOUSDT&interval=60'), 'perpetuals when nothing is said').toThrow('no linear candles');
  });

  test('order book, ticker and time have their documented fields', () => {
    const book = (query: string): { s: string; a: string[][]; b: string[][] } =>
      (ask(bybit, `/v5/market/orderbook?category=spot&symbol=TAOUSDT${query}`).body as { result: { s: string; a: string[][]; b: string[][] } }).result;
    expect([book('').s, book('').a.length, book('').b.length]).toEqual(['TAOUSDT', 1, 1]);
    expect(book('&limit=200').a).toHaveLength(200);
    expect(Number(book('').b[0][0])).toBeLessThan(Number(book('').a[0][0]));
    const { result } = ask(bybit, '/v5/market/tickers?category=spot&symbol=TAOUSDT').body as { result: { list: Record<string, string>[] } };
    const { lastPrice, prevPrice24h, price24hPcnt } = result.list[0];
    expect(Number(price24hPcnt)).toBeCloseTo(Number(lastPrice) / Number(prevPrice24h) - 1, 3);
    expect(ask(bybit, '/v5/market/time').body).toMatchObject({ retCode: 0, result: { timeSecond: String(NOW / 1000) } });
  });
});

test.describe('OKX', () => {
  const candles = (query: string): Reply => ask(okx, `/api/v5/market/candles?${query}`);
  const list = (query: string): string[][] => (candles(`instId=TAO-USDT&${query}`).body as { data: string[][] }).data;

  test('a row is nine texts, newest first; the last of them says whether the candle is final', () => {
    const rows = list('bar=1H&limit=5');
    expect(rows).toHaveLength(5);
    expect(rows.every((row) => row.length === 9 && row.every((cell) => NUMBER.test(cell)))).toBe(true);
    expect(rows.map((row) => row[8])).toEqual(['0', '1', '1', '1', '1']);
    expect(rows[0][0]).toBe(String(RUNNING));
    expect(descending(rows.map(([time]) => Number(time)), HOUR)).toBe(true);
  });

  test('100 rows unless asked, 300 at most; after means earlier', () => {
    for (const [query, count] of [['', 100], ['&limit=300', 300], ['&limit=500', 300]] as const) {
      expect(list(`bar=15m${query}`), query).toHaveLength(count);
    }
    const first = list('bar=15m&limit=300');
    const second = list(`bar=15m&limit=300&after=${first.at(-1)![0]}`);
    expect(Number(second[0][0])).toBe(Number(first.at(-1)![0]) - LENGTH_MS['15m']);
    expect(second[0][8]).toBe('1');
    expect(list(`bar=15m&before=${first[2][0]}`)).toEqual(first.slice(0, 2));
  });

  test('a day starts in Hong Kong unless UTC is asked for', () => {
    const hour = (query: string): number => new Date(Number(list(query)[0][0])).getUTCHours();
    expect([hour('bar=1D'), hour('bar=1Dutc')]).toEqual([16, 0]);
    expect(candles('instId=TAO-USDT&bar=1D').candles, 'they are no 1d candles').toBeUndefined();
  });

  test('errors come with HTTP 200 and a code', () => {
    const code = (query: string): unknown => {
      const { status, body } = candles(query);
      expect([status, (body as { data: unknown[] }).data]).toEqual([200, []]);
      return (body as { code: string }).code;
    };
    expect(code('instId=DOGE-USDT&bar=1H')).toBe('51001');
    expect(code('instId=TAOUSDT&bar=1H')).toBe('51001');
    expect(code('bar=1H')).toBe('50014');
    expect(code('instId=TAO-USDT&bar=1h')).toBe('51000');
    expect(code('instId=TAO-USDT&bar=1H&limit=x')).toBe('51000');
  });

  test('order book, ticker and time have their documented fields', () => {
    const { data } = ask(okx, '/api/v5/market/books?instId=TAO-USDT&sz=100').body as { data: { asks: string[][]; bids: string[][]; ts: string }[] };
    expect([data[0].asks.length, data[0].bids.length, data[0].ts]).toEqual([100, 100, String(NOW)]);
    expect(data[0].asks[0]).toEqual([expect.stringMatching(NUMBER), expect.stringMatching(NUMBER), '0', '1']);
    expect(Number(data[0].bids[0][0])).toBeLessThan(Number(data[0].asks[0][0]));
    const ticker = ask(okx, '/api/v5/market/ticker?instId=TAO-USDT').body;
    expect(ticker).toMatchObject({ code: '0', data: [{ instId: 'TAO-USDT', last: expect.stringMatching(NUMBER), open24h: expect.stringMatching(NUMBER) }] });
    expect(ask(okx, '/api/v5/public/time').body).toEqual({ code: '0', msg: '', data: [{ ts: String(NOW) }] });
  });
});

test('the venues’ paths do not clash', () => {
  const paths: Record<Venue, string[]> = {
    binance: ['/api/v3/klines', '/api/v3/depth'],
    kraken: ['/0/public/OHLC'],
    coinbase: ['/products/TAO-USD/candles', '/time'],
    hyperliquid: ['/info'],
    bybit: ['/v5/market/kline'],
    okx: ['/api/v5/market/candles'],
  };
  for (const [venue, all] of Object.entries(paths)) {
    for (const path of all) {
      const owners = Object.entries(VENUES).filter(([, { owns }]) => owns(path));
      expect(owners.map(([name]) => name), path).toEqual([venue]);
      expect(venueAt(path)).toBe(venue);
    }
  }
  expect(venueAt('/')).toBeUndefined();
});
