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

import { useEffect } from 'react';

/** A page that no longer exists, e.g. after all of it went away, becomes the last one. */
export function useExistingPage(options: {
  view: { page: number };
  pageSize: number;
  loaded: { items: unknown[]; totalItems: number } | undefined;
  onChange(change: { page: number }): void;
}) {
  const { view, pageSize, loaded, onChange } = options;
  useEffect(() => {
    if (loaded && loaded.items.length === 0 && view.page > 0) {
      onChange({
        page: Math.max(0, Math.ceil(loaded.totalItems / pageSize) - 1),
      });
    }
  }, [view, pageSize, loaded, onChange]);
}
