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

import { JsonObject, JsonValue } from '@backstage/types';
import type { FieldDifference } from '@infra-hub/backstage-plugin-drift-common';
import { contentOfBlock, nameOfBlock } from './blocks';
import { describeDocuments } from './documents';
import {
  elementNoun,
  levelInWords,
  Place,
  placeOf,
  withinInWords,
} from './placeOf';
import {
  AttributeKind,
  attributeOf,
  entryWordOf,
  switchNounOf,
} from './words/attributeWords';
import {
  differing,
  inText,
  isEmpty,
  isNothing,
  isScalar,
  quoted,
} from './words/values';
import {
  count,
  inWords,
  isPlural,
  listed,
  snakeCase,
  withArticle,
} from './words/words';

/** Which way a value went. */
export type Trend =
  | 'more'
  | 'less'
  | 'on'
  | 'off'
  | 'added'
  | 'removed'
  | 'other';

/** A change of one field in words, which sentences are made of. */
export interface Change {
  /** `the disk size of the second node pool`; absent where the resource itself is meant. */
  subject?: string;
  /** ` of the second node pool`: what of the resource the subject is in; may be empty. */
  within: string;
  /** How the subject is joined to its resource. */
  joint: 'of' | 'to' | 'from';
  /** `grew`, `was scaled`. */
  did: string;
  /** `from 100 GB to 200 GB`; may be empty. */
  how: string;
  /** What many resources did: `were scaled`, `had their disk size changed`. */
  many: string;
  /** What makes it so: `reduce`, and the word that says "as it was": `again`. */
  verb: string;
  again: string;
  trend: Trend;
}

/** Texts of more lines are counted, not shown. */
const LONG_TEXT = 300;

/** Words that make a name a thing that is enabled, not a value. */
const SWITCH_NAME = /(?:^|_)(?:enabled?|enabling)(?:_|$)|^is_/;

/** First words of names that are orders; such names are quoted as they are. */
const ORDER =
  /^(?:allow|assign|associate|attach|automatically|block|copy|create|delete|disable|force|ignore|include|map|prevent|propagate|require|restrict|skip|use|wait)_/;

/** What is enabled rather than turned on. */
const ENABLED =
  /encrypt|version|logging|monitor|protection|access|scaling|backup|replicat|rbac|https|tls|ssl|firewall/;

/** The field going from one value to another; nothing where there was or is none. */
export function describeChange(
  field: FieldDifference,
  from: JsonValue | undefined,
  to: JsonValue | undefined,
  resourceType: string,
): Change {
  const place = placeOf(field);
  if (field.sensitive) {
    return secretChange(place);
  }
  if (place.kind === 'entry') {
    return entryChange(place, from, to);
  }
  if (place.kind === 'element') {
    return elementChange(place, from, to);
  }
  return attributeChange(place, from, to, resourceType);
}

function secretChange(place: Place): Change {
  const name = place.last.key ?? place.last.name;
  return {
    subject: `the secret value of ${quoted(name)}`,
    within: withinInWords(place.within),
    joint: 'of',
    did: 'was changed',
    how: '(value not shown)',
    many: `had the secret value of ${quoted(name)} changed`,
    verb: 'set',
    again: 'back',
    trend: 'other',
  };
}

function entryChange(
  place: Place,
  from: JsonValue | undefined,
  to: JsonValue | undefined,
): Change {
  const word = entryWordOf(place.last.name) ?? 'entry';
  const name = `${word} ${quoted(place.last.key ?? '')}`;
  return presence(name, place, from, to, value =>
    isScalar(value) ? ` with value ${inText(value)}` : '',
  );
}

function elementChange(
  place: Place,
  from: JsonValue | undefined,
  to: JsonValue | undefined,
): Change {
  const value = isNothing(to) ? from : to;
  const noun = elementNoun(place.last.name);
  if (isBlock(value)) {
    const name = nameOfBlock(value) || keyOf(place);
    const subject = name === '' ? withArticle(noun) : `${noun}${name}`;
    return isNothing(from) || isNothing(to)
      ? presence(subject, place, from, to, () => contentOfBlock(value))
      : changed(place, levelInWords(place.last), from, to);
  }
  const subject = isScalar(value)
    ? `${noun} ${inText(value)}`
    : withArticle(noun);
  return isNothing(from) || isNothing(to)
    ? presence(subject, place, from, to, () => '')
    : changed(place, levelInWords(place.last), from, to);
}

function keyOf(place: Place): string {
  return place.last.key === undefined ? '' : ` ${quoted(place.last.key)}`;
}

/** Something that is named and comes, goes, or changes its value. */
function presence(
  name: string,
  place: Place,
  from: JsonValue | undefined,
  to: JsonValue | undefined,
  detail: (value: JsonValue) => string,
): Change {
  const rest = { subject: name, within: withinInWords(place.within) };
  if (isNothing(from) && isNothing(to)) {
    return changed(place, name, from, to);
  }
  if (isNothing(from)) {
    return {
      ...rest,
      joint: 'to',
      did: 'was added',
      how: detail(to!),
      many: `had ${name} added`,
      verb: 'add',
      again: 'again',
      trend: 'added',
    };
  }
  if (isNothing(to)) {
    return {
      ...rest,
      joint: 'from',
      did: 'was removed',
      how: detail(from),
      many: `had ${name} removed`,
      verb: 'remove',
      again: 'again',
      trend: 'removed',
    };
  }
  return changed(place, name, from, to, { many: name });
}

function attributeChange(
  place: Place,
  from: JsonValue | undefined,
  to: JsonValue | undefined,
  resourceType: string,
): Change {
  const { name } = place.last;
  if (place.kind === 'whole') {
    return changed(place, 'the value', from, to);
  }
  const switched = switchChange(place, from, to);
  if (switched) {
    return switched;
  }
  const word = attributeOf(name, resourceType);
  if (Array.isArray(from ?? to) && Array.isArray(to ?? from)) {
    return listChange(place, asList(from), asList(to));
  }
  if (isBlock(from ?? to) && isBlock(to ?? from)) {
    return mapChange(place, asBlock(from), asBlock(to));
  }
  if (isNumeric(from) && isNumeric(to)) {
    return numberChange(place, word, Number(from), Number(to));
  }
  return changed(place, `the ${word.noun}`, from, to, {
    ...word,
    many: `their ${word.noun}`,
  });
}

interface NumberVerbs {
  up: [did: string, verb: string];
  down: [did: string, verb: string];
  again: string;
}

const NUMBER_VERBS: Readonly<Record<AttributeKind, NumberVerbs>> = {
  count: {
    up: ['was scaled', 'scale'],
    down: ['was scaled', 'scale'],
    again: 'back',
  },
  size: { up: ['grew', 'enlarge'], down: ['shrank', 'reduce'], again: 'again' },
  time: {
    up: ['was lengthened', 'lengthen'],
    down: ['was shortened', 'shorten'],
    again: 'again',
  },
  number: {
    up: ['was raised', 'raise'],
    down: ['was lowered', 'lower'],
    again: 'again',
  },
  version: {
    up: ['was upgraded', 'upgrade'],
    down: ['was downgraded', 'downgrade'],
    again: 'again',
  },
  text: { up: ['changed', 'set'], down: ['changed', 'set'], again: 'back' },
};

/** Numbers of which more is no more of anything. */
const NO_AMOUNT = /(?:^|_)(?:port|id|asn|number|index|code|uid|gid|priority)$/;

function numberChange(
  place: Place,
  word: { kind: AttributeKind; noun: string; unit?: string },
  from: number,
  to: number,
): Change {
  const kind = NO_AMOUNT.test(snakeCase(place.last.name)) ? 'text' : word.kind;
  const verbs = NUMBER_VERBS[kind];
  const [did, verb] = to >= from ? verbs.up : verbs.down;
  const trend = to >= from ? 'more' : 'less';
  const how = `from ${
    kind === 'count' ? from : inText(from, word.unit)
  } to ${inText(to, word.unit)}`;
  if (kind !== 'count') {
    const many = `had their ${word.noun} ${
      kind === 'text' ? 'changed' : `${did.replace(/^was /, '')}`
    }`
      .replace(/ grew$/, ' enlarged')
      .replace(/ shrank$/, ' reduced');
    return {
      subject: `the ${word.noun}`,
      within: withinInWords(place.within),
      joint: 'of',
      did,
      how,
      many,
      verb,
      again: verbs.again,
      trend,
    };
  }
  const owner = place.within.at(-1);
  return {
    ...(owner ? { subject: levelInWords(owner) } : {}),
    within: withinInWords(place.within.slice(0, -1)),
    joint: 'of',
    did,
    how,
    many: owner
      ? `had ${withArticle(elementNoun(owner.name))} scaled`
      : 'were scaled',
    verb,
    again: verbs.again,
    trend,
  };
}

function switchChange(
  place: Place,
  from: JsonValue | undefined,
  to: JsonValue | undefined,
): Change | undefined {
  const on = stateOf(to);
  if (on === undefined || (!isNothing(from) && stateOf(from) === undefined)) {
    return undefined;
  }
  const name = snakeCase(place.last.name);
  const bare = name
    .replace(/^(?:enabled?|is)_|_(?:enabled?|is)$/g, '')
    .replace(/^enabled?$/, '');
  const owner = place.within.at(-1);
  const itself = bare === '';
  const words = switchWords(place, bare);
  const enables =
    itself ||
    SWITCH_NAME.test(name) ||
    (ENABLED.test(name) && !ORDER.test(bare));
  const onOff = on ? 'on' : 'off';
  const did = enables ? `${on ? 'en' : 'dis'}abled` : `turned ${onOff}`;
  return {
    ...(words === undefined ? {} : { subject: words }),
    within: withinInWords(itself ? place.within.slice(0, -1) : place.within),
    joint: 'of',
    did: `was ${did}`,
    how: '',
    many: itself && !owner ? `were ${did}` : `had ${words} ${did}`,
    verb: enables ? did.slice(0, -1) : `turn % ${onOff}`,
    again: 'again',
    trend: on ? 'on' : 'off',
  };
}

/** What is switched; nothing where it is the resource itself. */
function switchWords(place: Place, bare: string): string | undefined {
  const owner = place.within.at(-1);
  if (bare === '') {
    return owner && ENABLED.test(snakeCase(owner.name))
      ? levelInWords(owner).replace(/^the /, '')
      : owner && levelInWords(owner);
  }
  return (
    switchNounOf(bare) ??
    (ORDER.test(bare)
      ? `the setting ${quoted(place.last.name)}`
      : inWords(bare))
  );
}

function stateOf(value: JsonValue | undefined): boolean | undefined {
  if (typeof value === 'boolean') {
    return value;
  }
  switch (typeof value === 'string' ? value.toLowerCase() : '') {
    case 'true':
    case 'enabled':
    case 'on':
      return true;
    case 'false':
    case 'disabled':
    case 'off':
      return false;
    default:
      return undefined;
  }
}

/** Keys of maps and elements of lists that are named. */
const SHOWN = 3;

function listChange(
  place: Place,
  from: readonly JsonValue[],
  to: readonly JsonValue[],
): Change {
  const noun = elementNoun(place.last.name);
  const { added, removed } = difference(from, to);
  const only = removed.length === 0 ? added : removed;
  if (
    (added.length === 0) !== (removed.length === 0) &&
    only.length <= SHOWN &&
    only.every(isScalar)
  ) {
    return comingChange(
      place,
      only,
      removed.length === 0 ? 'added' : 'removed',
    );
  }
  const parts = [
    ...(added.length > 0 ? [`${elements(added, noun)} added`] : []),
    ...(removed.length > 0 ? [`${elements(removed, noun)} removed`] : []),
  ];
  return gathering(
    place,
    parts.length > 0 ? listed(parts) : 'only their order',
    added.length,
    removed.length,
  );
}

/** Some elements of a list that came or went. */
function comingChange(
  place: Place,
  values: readonly JsonValue[],
  trend: 'added' | 'removed',
): Change {
  return {
    subject: listed(values.map(value => inText(value))),
    within: ` of the ${inWords(place.last.name)}${withinInWords(place.within)}`,
    joint: trend === 'added' ? 'to' : 'from',
    did: `${values.length === 1 ? 'was' : 'were'} ${trend}`,
    how: '',
    many: `had their ${inWords(place.last.name)} changed`,
    verb: trend === 'added' ? 'add' : 'remove',
    again: 'again',
    trend,
  };
}

function difference(from: readonly JsonValue[], to: readonly JsonValue[]) {
  const before = new Set(from.map(each => JSON.stringify(each)));
  const after = new Set(to.map(each => JSON.stringify(each)));
  return {
    added: to.filter(each => !before.has(JSON.stringify(each))),
    removed: from.filter(each => !after.has(JSON.stringify(each))),
  };
}

function elements(values: readonly JsonValue[], noun: string): string {
  const shown =
    values.length <= SHOWN && values.every(isScalar)
      ? `${listed(values.map(value => inText(value)))}`
      : count(values.length, noun);
  return `${shown} ${values.length === 1 ? 'was' : 'were'}`;
}

function mapChange(place: Place, from: JsonObject, to: JsonObject): Change {
  const noun = entryWordOf(place.last.name) ?? 'setting';
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])];
  const differs = names.filter(
    name => JSON.stringify(from[name]) !== JSON.stringify(to[name]),
  );
  const added = differs.filter(name => isNothing(from[name]));
  const removed = differs.filter(name => isNothing(to[name]));
  const other = differs.filter(
    name => !isNothing(from[name]) && !isNothing(to[name]),
  );
  const told = (some: readonly string[], what: string) =>
    some.length === 0
      ? []
      : [
          `${
            some.length <= SHOWN
              ? `${some.length === 1 ? noun : pluralOf(noun)} ${listed(
                  some.map(name => quoted(name)),
                )}`
              : count(some.length, noun)
          } ${some.length === 1 ? 'was' : 'were'} ${what}`,
        ];
  const parts = [
    ...told(added, 'added'),
    ...told(removed, 'removed'),
    ...told(other, 'changed'),
  ];
  return gathering(
    place,
    parts.length > 0 ? listed(parts) : 'nothing that can be told',
    added.length,
    removed.length,
  );
}

function pluralOf(noun: string): string {
  return count(2, noun).slice(2);
}

function gathering(
  place: Place,
  how: string,
  added: number,
  removed: number,
): Change {
  const words = inWords(place.last.name);
  let trend: Trend = 'other';
  if (added > 0 && removed === 0) {
    trend = 'added';
  } else if (removed > 0 && added === 0) {
    trend = 'removed';
  }
  return {
    subject: `the ${words}`,
    within: withinInWords(place.within),
    joint: 'of',
    did: 'changed',
    how: `(${how})`,
    many: `had their ${words} changed`,
    verb: 'change',
    again: 'back',
    trend,
  };
}

/** Any other value that came, went or changed. */
function changed(
  place: Place,
  subject: string,
  from: JsonValue | undefined,
  to: JsonValue | undefined,
  {
    many = subject,
    unit,
    kind = 'text',
  }: { many?: string; unit?: string; kind?: AttributeKind } = {},
): Change {
  const rest = {
    subject,
    within: withinInWords(place.within),
    joint: 'of' as const,
    many: `had ${many} changed`,
    verb: 'set',
    again: 'back',
    trend: 'other' as Trend,
  };
  const verb = isPlural(subject) ? 'were' : 'was';
  if (isNothing(from) && isNothing(to)) {
    return { ...rest, did: 'changed', how: '' };
  }
  if (isNothing(from)) {
    return {
      ...rest,
      did: `${verb} set`,
      how: `to ${whole(to, unit)}`,
      trend: 'added',
    };
  }
  if (isEmpty(to)) {
    return {
      ...rest,
      did: `${verb} removed`,
      how: `(before: ${whole(from, unit)})`,
      many: `had ${many} removed`,
      verb: 'remove',
      again: 'again',
      trend: 'removed',
    };
  }
  const document = describeDocuments(from, to);
  if (document) {
    const trend =
      document.added > 0 && document.removed === 0 ? 'added' : 'other';
    return {
      ...rest,
      verb: 'change',
      did: 'changed',
      how: document.how.startsWith('in ') ? document.how : `(${document.how})`,
      trend,
    };
  }
  if (typeof from === 'string' && typeof to === 'string') {
    return { ...rest, ...textChange(from, to, kind) };
  }
  return {
    ...rest,
    did: 'changed',
    how: `from ${whole(from, unit)} to ${whole(to, unit)}`,
  };
}

function textChange(
  from: string,
  to: string,
  kind: AttributeKind,
): Pick<Change, 'did' | 'how'> & {
  trend?: Trend;
  verb?: string;
  again?: string;
} {
  const lines = [from.split('\n'), to.split('\n')];
  if (
    lines.some(each => each.length > 2) ||
    from.length + to.length > LONG_TEXT
  ) {
    return {
      did: 'changed',
      how: longTextChange(lines[0], lines[1]),
      verb: 'change',
    };
  }
  const shown = differing(from, to);
  const how = `from ${shown.from} to ${shown.to}`;
  const order = kind === 'version' ? compareVersions(from, to) : 0;
  if (order === 0) {
    return { did: 'changed', how };
  }
  return order > 0
    ? {
        did: 'was upgraded',
        how,
        trend: 'more',
        verb: 'upgrade',
        again: 'again',
      }
    : {
        did: 'was downgraded',
        how,
        trend: 'less',
        verb: 'downgrade',
        again: 'again',
      };
}

function longTextChange(
  from: readonly string[],
  to: readonly string[],
): string {
  if (from.length < 2 && to.length < 2) {
    const shown = differing(from[0] ?? '', to[0] ?? '');
    return `from ${shown.from} to ${shown.to}`;
  }
  const { added, removed } = difference(from, to);
  const parts = [
    ...(added.length > 0 ? [`${count(added.length, 'line')} added`] : []),
    ...(removed.length > 0 ? [`${count(removed.length, 'line')} removed`] : []),
  ];
  return parts.length === 0
    ? '(only the order of its lines)'
    : `(${listed(parts)})`;
}

/** Positive when the second is later; 0 when they do not compare. */
function compareVersions(from: string, to: string): number {
  const [before, after] = [from, to].map(text =>
    /^(?:v|TLS_?v?)?\d+(?:[._]\d+){0,3}$/i.test(text)
      ? text
          .replace(/^[a-z_]*/i, '')
          .split(/[._]/)
          .map(Number)
      : undefined,
  );
  if (!before || !after) {
    return 0;
  }
  const at = [0, 1, 2, 3].find(
    index => (before[index] ?? 0) !== (after[index] ?? 0),
  );
  return at === undefined ? 0 : (after[at] ?? 0) - (before[at] ?? 0);
}

function whole(value: JsonValue | undefined, unit?: string): string {
  if (typeof value === 'string' && value.split('\n').length > 2) {
    return `a text of ${count(value.split('\n').length, 'line')}`;
  }
  return inText(value, unit);
}

function isNumeric(value: JsonValue | undefined): value is number | string {
  return (
    typeof value === 'number' ||
    (typeof value === 'string' && /^-?\d{1,15}$/.test(value))
  );
}

function isBlock(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asBlock(value: JsonValue | undefined): JsonObject {
  return isBlock(value) ? value : {};
}

function asList(value: JsonValue | undefined): JsonValue[] {
  return Array.isArray(value) ? value : [];
}
