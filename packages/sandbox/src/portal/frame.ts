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

import { Html, html } from './html';

/** What every page shows. */
export interface Frame {
  title: string;
  actor: string;
  current: 'resources' | 'tenants' | 'aws' | 'audit' | undefined;
  /** Said politely above the content. */
  done?: string;
  /** Said loudly above the content. */
  problem?: string;
}

export function page(frame: Frame, content: Html): string {
  return html`<!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${frame.title} · Sandbox cloud</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/portal.css" />
        <script src="/portal.js" defer></script>
      </head>
      <body>
        <a class="skip" href="#content">Skip to content</a>
        <header>
          <div class="bar">
            <a class="brand" href="/">☁ Sandbox cloud</a>
            <nav aria-label="Main">
              <a href="/" ${current(frame, 'resources')}>Resources</a>
              <a href="/tenants" ${current(frame, 'tenants')}>Tenants</a>
              <a href="/aws" ${current(frame, 'aws')}>AWS</a>
              <a href="/audit" ${current(frame, 'audit')}>Audit log</a>
            </nav>
            <form class="actor" method="post" action="/actor">
              <label for="actor">Acting as</label>
              <input
                id="actor"
                name="actor"
                value="${frame.actor}"
                autocomplete="name"
                maxlength="100"
                required
              />
              <button type="submit">Use name</button>
            </form>
          </div>
        </header>
        <main id="content">
          ${frame.done
            ? html`<p class="note good" role="status">✓ ${frame.done}</p>`
            : undefined}
          ${frame.problem
            ? html`<p class="note bad" role="alert">✕ ${frame.problem}</p>`
            : undefined}
          ${content}
        </main>
        <footer>
          A cloud that lives in one file on this machine. Nothing here is real
          and nothing costs money.
        </footer>
      </body>
    </html> `.toString();
}

function current(frame: Frame, name: Frame['current']): Html | undefined {
  return frame.current === name ? html`aria-current="page"` : undefined;
}
