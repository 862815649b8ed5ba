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

import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { driftTranslationRef } from './translation';

type Messages = (typeof driftTranslationRef)['T'];

/** Messages in several numbers, `drifted_one` and `drifted_other`, are asked for by one key. */
type Collapsed<Name extends string> = Name extends
  | `${infer Key}_one`
  | `${infer Key}_other`
  ? Key
  : Name;

/** A key of the words of the drift screens. */
export type DriftMessageKey = Collapsed<keyof Messages & string>;

type TextOf<Key extends string> = Messages[Extract<
  Key | `${Key}_one` | `${Key}_other`,
  keyof Messages
>];

type ValuesIn<
  Text extends string,
  Value,
> = Text extends `${string}{{${infer Name}}}${infer Rest}`
  ? (Name extends `${infer Counted}, number`
      ? { [name in Counted]: number }
      : { [name in Name]: Value }) &
      ValuesIn<Rest, Value>
  : {};

type Together<Union> = (
  Union extends unknown ? (part: Union) => void : never
) extends (all: infer All) => void
  ? All
  : never;

type CountOf<Key extends string> = `${Key}_other` extends keyof Messages
  ? { count: number }
  : {};

type Values<Key extends string, Value> = Together<
  Key extends unknown ? ValuesIn<TextOf<Key>, Value> & CountOf<Key> : never
>;

type Arguments<Key extends string, Value> = keyof Values<
  Key,
  Value
> extends never
  ? []
  : [values: Values<Key, Value>];

/** Gives a message with its values; an element when one of the values is one. */
export interface DriftTranslation {
  <Key extends DriftMessageKey>(
    key: Key,
    ...values: Arguments<Key, string>
  ): string;
  <Key extends DriftMessageKey>(
    key: Key,
    ...values: Arguments<Key, string | JSX.Element>
  ): JSX.Element;
}

/**
 * The words of the drift screens. The types are as strict as those of
 * `useTranslationRef`, which compute over all messages for every single call:
 * with a thousand calls they made the type check take minutes.
 */
export function useDriftTranslation(): { t: DriftTranslation } {
  const { t } = useTranslationRef(driftTranslationRef);
  return { t: t as DriftTranslation };
}
