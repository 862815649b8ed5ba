/*
 * Copyright 2026 The Infra Hub Authors
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

import { PolicyWindow } from '@infra-hub/backstage-plugin-drift-common';
import { nextOpening, PolicyWindows } from './PolicyWindows';

function allow(
  cron: string,
  duration: string,
  timezone?: string,
): PolicyWindow {
  return { kind: 'allow', cron, duration, timezone };
}

function deny(cron: string, duration: string, timezone?: string): PolicyWindow {
  return { kind: 'deny', cron, duration, timezone };
}

/** `open`, `denied until …` or `closed until …`. */
function stateAt(windows: PolicyWindow[], time: string): string {
  const state = PolicyWindows.parse(windows).at(new Date(time));
  if (state.open) {
    return 'open';
  }
  const opens = state.opens?.toISOString().replace(':00.000Z', 'Z') ?? 'never';
  return `${state.denied ? 'denied' : 'closed'} until ${opens}`;
}

const BERLIN = 'Europe/Berlin';
const NEW_YORK = 'America/New_York';
const NIGHTS = [allow('0 22 * * 1-5', 'PT4H', BERLIN)];

describe('PolicyWindows', () => {
  it.each<[string, PolicyWindow[], string, string]>([
    ['without windows', [], '2026-11-22T10:00Z', 'open'],
    // 22 November 2026 is a Sunday, Berlin is at UTC+1
    [
      'before it',
      NIGHTS,
      '2026-11-22T10:00Z',
      'closed until 2026-11-23T21:00Z',
    ],
    [
      'a moment before it',
      NIGHTS,
      '2026-11-23T20:59:59.999Z',
      'closed until 2026-11-23T21:00Z',
    ],
    ['at its first moment', NIGHTS, '2026-11-23T21:00Z', 'open'],
    ['past midnight, still inside', NIGHTS, '2026-11-24T00:59:59.999Z', 'open'],
    [
      'at its end',
      NIGHTS,
      '2026-11-24T01:00Z',
      'closed until 2026-11-24T21:00Z',
    ],
    ['on Saturday, from Friday night', NIGHTS, '2026-11-28T00:30Z', 'open'],
    [
      'on Saturday night',
      NIGHTS,
      '2026-11-28T21:30Z',
      'closed until 2026-11-30T21:00Z',
    ],
    ['in summer', NIGHTS, '2026-07-06T20:30Z', 'open'],
    [
      'in the hour that is winter only',
      NIGHTS,
      '2026-07-07T00:30Z',
      'closed until 2026-07-07T20:00Z',
    ],
    [
      'in the second of two',
      [...NIGHTS, allow('0 12 * * *', 'PT1H', BERLIN)],
      '2026-11-22T11:30Z',
      'open',
    ],
    [
      'between two, the nearer one',
      [...NIGHTS, allow('0 12 * * *', 'PT1H', BERLIN)],
      '2026-11-22T12:30Z',
      'closed until 2026-11-23T11:00Z',
    ],
    [
      'in a ban',
      [deny('0 0 * * 0', 'P1D')],
      '2026-11-22T10:00Z',
      'denied until 2026-11-23T00:00Z',
    ],
    [
      'outside of a ban',
      [deny('0 0 * * 0', 'P1D')],
      '2026-11-23T00:00Z',
      'open',
    ],
    [
      'in a ban that covers the next opening',
      [...NIGHTS, deny('0 0 23 11 *', 'P2DT3H', BERLIN)],
      '2026-11-23T22:00Z',
      'denied until 2026-11-25T21:00Z',
    ],
    [
      'in a ban that ends inside of an opening',
      [...NIGHTS, deny('0 0 23 11 *', 'PT23H', BERLIN)],
      '2026-11-23T12:00Z',
      'denied until 2026-11-23T22:00Z',
    ],
    [
      'in two bans, one after the other',
      [deny('0 10 * * *', 'PT1H'), deny('0 11 * * *', 'PT1H')],
      '2026-11-22T10:30Z',
      'denied until 2026-11-22T12:00Z',
    ],
    [
      'with a ban that never ends',
      [...NIGHTS, deny('0 0 * * *', 'P1D')],
      '2026-11-22T10:00Z',
      'denied until never',
    ],
    [
      'with windows that overlap themselves',
      [allow('*/5 * * * *', 'PT2H')],
      '2026-11-22T10:03Z',
      'open',
    ],
    [
      'on the leap day to come',
      [allow('0 0 29 2 *', 'P1D')],
      '2026-11-22T10:00Z',
      'closed until 2028-02-29T00:00Z',
    ],
    [
      'a month after it opened',
      [allow('0 0 1 12 *', 'P40D')],
      '2027-01-08T00:00Z',
      'open',
    ],
  ])('%s', (_when, windows, time, state) => {
    expect(stateAt(windows, time)).toBe(state);
  });

  describe('where clocks are changed', () => {
    it.each<[string, PolicyWindow, string, string]>([
      // Berlin leaves out 2:00 to 3:00 on 29 March and repeats it on 25 October 2026
      [
        'opens in the hour that is left out',
        allow('30 2 * * *', 'PT1H', BERLIN),
        '2026-03-29T01:30Z',
        'open',
      ],
      [
        'is closed before it',
        allow('30 2 * * *', 'PT1H', BERLIN),
        '2026-03-29T01:29Z',
        'closed until 2026-03-29T01:30Z',
      ],
      [
        'lasts the hour that it was to',
        allow('30 2 * * *', 'PT1H', BERLIN),
        '2026-03-29T02:30Z',
        'closed until 2026-03-30T00:30Z',
      ],
      [
        'opens once in the hour that comes twice',
        allow('30 2 * * *', 'PT1H', BERLIN),
        '2026-10-25T00:30Z',
        'open',
      ],
      [
        'and not the second time',
        allow('30 2 * * *', 'PT1H', BERLIN),
        '2026-10-25T01:30Z',
        'closed until 2026-10-26T01:30Z',
      ],
      [
        'nor later in that hour',
        allow('30 2 * * *', 'PT1H', BERLIN),
        '2026-10-25T01:45Z',
        'closed until 2026-10-26T01:30Z',
      ],
      [
        'hours are hours in spring',
        allow('0 22 * * *', 'PT8H', BERLIN),
        '2026-03-29T04:59Z',
        'open',
      ],
      [
        'which is seven by the clock',
        allow('0 22 * * *', 'PT8H', BERLIN),
        '2026-03-29T05:00Z',
        'closed until 2026-03-29T20:00Z',
      ],
      [
        'a day is a day of 23 hours',
        deny('0 0 * * 0', 'P1D', BERLIN),
        '2026-03-29T21:59Z',
        'denied until 2026-03-29T22:00Z',
      ],
      [
        'and ends with it',
        deny('0 0 * * 0', 'P1D', BERLIN),
        '2026-03-29T22:00Z',
        'open',
      ],
      [
        'a day is a day of 25 hours',
        deny('0 0 * * 0', 'P1D', BERLIN),
        '2026-10-25T22:59Z',
        'denied until 2026-10-25T23:00Z',
      ],
      [
        'in its whole',
        deny('0 0 * * 0', 'P1D', BERLIN),
        '2026-10-24T22:00Z',
        'denied until 2026-10-25T23:00Z',
      ],
      // New York leaves out 2:00 to 3:00 on 8 March and repeats 1:00 to 2:00 on 1 November 2026
      [
        'opens in New York, too',
        allow('0 2 * * 0', 'PT2H', NEW_YORK),
        '2026-03-08T07:00Z',
        'open',
      ],
      [
        'until nine',
        allow('0 2 * * 0', 'PT2H', NEW_YORK),
        '2026-03-08T09:00Z',
        'closed until 2026-03-15T06:00Z',
      ],
      [
        'once in autumn',
        allow('0 1 * * 0', 'PT30M', NEW_YORK),
        '2026-11-01T05:00Z',
        'open',
      ],
      [
        'and not an hour later',
        allow('0 1 * * 0', 'PT30M', NEW_YORK),
        '2026-11-01T06:00Z',
        'closed until 2026-11-08T06:00Z',
      ],
      [
        'every hour of the day',
        allow('0 * * * *', 'PT10M', NEW_YORK),
        '2026-11-01T06:05Z',
        'open',
      ],
    ])('%s', (_what, window, time, state) => {
      expect(stateAt([window], time)).toBe(state);
    });
  });

  it('says the same whatever it was asked before', () => {
    const windows = [
      allow('30 2 * * *', 'PT1H', BERLIN),
      allow('15 */3 * * *', 'PT20M', NEW_YORK),
      deny('0 0 * * 0', 'P1D', BERLIN),
    ];
    const lasting = PolicyWindows.parse(windows);
    let seed = 7;
    const random = () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    const year = Date.parse('2026-01-01T00:00Z');
    for (let round = 0; round < 60; round++) {
      const time = new Date(
        Math.floor((year + random() * 366 * 86_400_000) / 60_000) * 60_000,
      );
      expect([time, lasting.at(time)]).toEqual([
        time,
        PolicyWindows.parse(windows).at(time),
      ]);
    }
  });

  it('opens when it says, and not a moment before', () => {
    const all = [
      PolicyWindows.parse([
        allow('0 1 * * *', 'PT3H', BERLIN),
        allow('0 20 * * 6', 'PT90M', NEW_YORK),
        deny('0 2 * * *', 'PT1H', BERLIN),
      ]),
      PolicyWindows.parse([deny('30 1 * * 1', 'PT40M')]),
    ];
    let time = new Date('2026-10-20T00:00Z');
    for (let round = 0; round < 200; round++) {
      time = new Date(time.getTime() + 97 * 60_000);
      const opens = nextOpening(all, time);
      expect(all.every(each => each.at(opens!).open)).toBe(true);
      const before = new Date(opens!.getTime() - 1);
      // Unless it was open all the while
      expect(opens! > time && all.every(each => each.at(before).open)).toBe(
        false,
      );
    }
  });

  it.each<[PolicyWindow, string]>([
    [
      allow('0 22 * *', 'PT4H'),
      "'0 22 * *' is not a cron expression of five fields such as 0 22 * * 1-5",
    ],
    [
      allow('0 0 22 * * *', 'PT4H'),
      "'0 0 22 * * *' is not a cron expression of five fields such as 0 22 * * 1-5",
    ],
    [
      allow('@daily', 'PT4H'),
      "'@daily' is not a cron expression of five fields such as 0 22 * * 1-5",
    ],
    [
      allow('H 22 * * *', 'PT4H'),
      "'H 22 * * *' is not a cron expression of five fields such as 0 22 * * 1-5",
    ],
    [
      allow('61 * * * *', 'PT4H'),
      "'61 * * * *' is not a valid cron expression",
    ],
    [
      allow('0 0 30 2 *', 'PT4H'),
      "'0 0 30 2 *' is not a valid cron expression",
    ],
    [
      allow('0 22 * * *', '4 hours'),
      "'4 hours' is not an ISO 8601 duration such as PT4H, from a minute to a year",
    ],
    [
      allow('0 22 * * *', 'PT0S'),
      "'PT0S' is not an ISO 8601 duration such as PT4H, from a minute to a year",
    ],
    [
      allow('0 22 * * *', 'P2Y'),
      "'P2Y' is not an ISO 8601 duration such as PT4H, from a minute to a year",
    ],
    [
      allow('0 22 * * *', 'PT4H', 'Berlin'),
      "'Berlin' is not a time zone such as Europe/Berlin",
    ],
  ])('refuses %j', (window, sentence) => {
    expect(() => PolicyWindows.parse([window])).toThrow(sentence);
  });
});
