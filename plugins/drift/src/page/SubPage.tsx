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

import { useRouteRef } from '@backstage/core-plugin-api';
import { rootRouteRef } from '../routes';
import { useDriftTranslation } from '../useDriftTranslation';
import { PageFrame, PageFrameProps } from './PageFrame';

/** A page right below the dashboard. */
export function SubPage(props: Omit<PageFrameProps, 'parent'>) {
  const { t } = useDriftTranslation();
  const parent = { title: t('target.back'), path: useRouteRef(rootRouteRef)() };
  return <PageFrame {...props} parent={parent} />;
}
