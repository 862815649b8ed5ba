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

const GOOGLE = '.googleapis.com';

/** Whether a host is this machine. */
export function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname === '[::1]' ||
    /^127(?:\.\d{1,3}){3}$/.test(hostname)
  );
}

/**
 * Where a request really goes: to the configured endpoint instead of a service of
 * Google, to where it was sent otherwise.
 */
export function placeRequest(url: URL, endpoint: string | undefined): URL {
  if (endpoint === undefined || !url.hostname.endsWith(GOOGLE)) {
    return url;
  }
  const api = url.hostname.slice(0, -GOOGLE.length);
  // {api} may stand in the host, where URL would take it literally
  const placed = new URL(endpoint.replaceAll('{api}', api));
  placed.pathname = `${placed.pathname.replace(/\/$/, '')}${url.pathname}`;
  placed.search = url.search;
  return placed;
}

/** Whether a token may go there: nobody on the way can read it. */
export function mayCarryTokens(url: URL): boolean {
  return url.protocol === 'https:' || isLoopback(url.hostname);
}
