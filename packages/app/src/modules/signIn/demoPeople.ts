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

const KEY = 'drift-demo-person';

/** Somebody whom the demo can sign in as, without a password. */
export interface DemoPerson {
  /** Id of the provider that signs in. */
  provider: string;
  name: string;
}

/** The first one is signed in unless somebody else was chosen. */
export const demoPeople: readonly DemoPerson[] = [
  { provider: 'guest', name: 'Guest' },
  { provider: 'demo-alice', name: 'Alice' },
];

export function chosenPerson(): DemoPerson {
  const provider = window.localStorage.getItem(KEY);
  return (
    demoPeople.find(person => person.provider === provider) ?? demoPeople[0]
  );
}

/** Takes effect with the page that is loaded next. */
export function choosePerson(person: DemoPerson): void {
  window.localStorage.setItem(KEY, person.provider);
}
