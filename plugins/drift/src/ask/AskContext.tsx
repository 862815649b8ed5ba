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

import { useApi } from '@backstage/core-plugin-api';
import { Answer } from '@infra-hub/backstage-plugin-drift-common';
import {
  createContext,
  ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { driftApiRef } from '../api';

/** A question of this visit, and what became of it. */
export interface Exchange {
  id: number;
  question: string;
  /** Neither answer nor error while it is looked up. */
  answer?: Answer;
  error?: unknown;
}

/** The questions of this visit to the drift pages, oldest first. */
export interface Questions {
  exchanges: Exchange[];
  asking: boolean;
  ask(question: string): void;
  forget(): void;
}

const QuestionsContext = createContext<Questions | undefined>(undefined);

/** Keeps questions and answers while the user walks between the drift pages. */
export function QuestionsProvider(props: { children: ReactNode }) {
  const driftApi = useApi(driftApiRef);
  const [exchanges, setExchanges] = useState<Exchange[]>([]);
  const nextId = useRef(0);
  const underWay = useRef<AbortController>();

  useEffect(() => () => underWay.current?.abort(), []);

  const ask = useCallback(
    async (question: string) => {
      underWay.current?.abort();
      const controller = new AbortController();
      const { signal } = controller;
      underWay.current = controller;
      const id = nextId.current++;
      const finish = (outcome: Partial<Exchange>) => {
        if (!signal.aborted) {
          setExchanges(old =>
            old.map(exchange =>
              exchange.id === id ? { ...exchange, ...outcome } : exchange,
            ),
          );
        }
      };
      setExchanges(old => [
        ...old.filter(({ answer, error }) => answer || error),
        { id, question },
      ]);
      try {
        finish({ answer: await driftApi.ask(question, { signal }) });
      } catch (error) {
        finish({ error });
      }
    },
    [driftApi],
  );
  const forget = useCallback(() => {
    underWay.current?.abort();
    setExchanges([]);
  }, []);

  const questions = useMemo(
    () => ({
      exchanges,
      asking: exchanges.some(({ answer, error }) => !answer && !error),
      ask,
      forget,
    }),
    [exchanges, ask, forget],
  );
  return (
    <QuestionsContext.Provider value={questions}>
      {props.children}
    </QuestionsContext.Provider>
  );
}

/** The questions of this visit. */
export function useQuestions(): Questions {
  const questions = useContext(QuestionsContext);
  if (!questions) {
    throw new Error('Questions were used outside of a QuestionsProvider');
  }
  return questions;
}
