// The fake exchanges themselves: what they send has the documented shapes. No browser in this file.

import { expect, test } from '@playwright/test';
import { binance, kline } from '../exchange/binance.ts';
import { ASSETS, INTERVALS, LENGTH_MS, NOW, candlesOf, parseCsv, sumUp, toCsv } from '../exchange/candles.ts';
import { kraken, quoted } from '../exchange/kraken.ts';
import { candlesAt, closedAt, runningAt } from '../exchange/market.ts';

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
