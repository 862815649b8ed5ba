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

import { toError } from '@backstage/errors';
import { useCallback, useEffect, useRef, useState } from 'react';

/** A value from the backend and where its loading is. */
export interface Loaded<T> {
  /** The newest value; an older one of the same scope stays while a new one is loaded. */
  value: T | undefined;
  /** Why the last attempt failed. */
  error: Error | undefined;
  loading: boolean;
  /** Loads again and keeps what is shown. */
  reload(): void;
}

interface State<T> {
  scope: string;
  value?: T;
  error?: Error;
  loading: boolean;
}

/**
 * Loads a value whenever the question changes. An answer to an older question
 * is aborted and never shown.
 *
 * @param options - `key` is the question. `scope` tells when an older answer
 *   must not stay on the screen meanwhile, e.g. another target.
 */
export function useLoaded<T>(options: {
  key: string;
  scope?: string;
  load(signal: AbortSignal): Promise<T>;
}): Loaded<T> {
  const { key, scope = '' } = options;
  const [state, setState] = useState<State<T>>({ scope, loading: true });
  const load = useRef(options.load);
  load.current = options.load;
  const current = useRef<AbortController>();
  const again = useRef(false);

  const run = useCallback(async () => {
    current.current?.abort();
    const controller = new AbortController();
    current.current = controller;
    again.current = false;
    setState(old =>
      old.scope === scope
        ? { ...old, loading: true }
        : { scope, loading: true },
    );
    try {
      const value = await load.current(controller.signal);
      if (!controller.signal.aborted) {
        setState({ scope, value, loading: false });
      }
    } catch (thrown) {
      if (!controller.signal.aborted) {
        const error = toError(thrown);
        setState(old => ({ ...old, error, loading: false }));
      }
    }
    if (current.current === controller) {
      current.current = undefined;
      if (again.current) {
        again.current = false;
        run();
      }
    }
  }, [scope]);

  useEffect(() => {
    run();
    return () => {
      current.current?.abort();
      current.current = undefined;
    };
  }, [key, run]);

  const reload = useCallback(() => {
    if (current.current) {
      again.current = true;
    } else {
      run();
    }
  }, [run]);

  if (state.scope !== scope) {
    return { value: undefined, error: undefined, loading: true, reload };
  }
  return {
    value: state.value,
    error: state.error,
    loading: state.loading,
    reload,
  };
}
