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

import { createContext, ReactNode, useContext } from 'react';

/** What a page tells its frame. */
export interface PageFrameProps {
  title: string;
  subtitle?: string;
  /** The page above this one. */
  parent?: { title: string; path: string };
  actions?: ReactNode;
  children: ReactNode;
}

const FrameContext = createContext<
  ((props: PageFrameProps) => JSX.Element) | undefined
>(undefined);

/** Decides how pages below are framed: the two frontend systems differ in who draws the header. */
export const PageFrameProvider = FrameContext.Provider;

/** Title, subtitle and actions of a page, drawn as the frontend system wants it. */
export function PageFrame(props: PageFrameProps) {
  const Frame = useContext(FrameContext);
  if (!Frame) {
    throw new Error('A drift page was rendered without a PageFrameProvider');
  }
  return <Frame {...props} />;
}
