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

import { parseEntityRef } from '@backstage/catalog-model';
import { useApiHolder } from '@backstage/core-plugin-api';
import { entityPresentationApiRef } from '@backstage/plugin-catalog-react';
import { DriftTarget } from '@infra-hub/backstage-plugin-drift-common';
import { useEffect, useMemo, useState } from 'react';
import { kindOfSource } from './targetKinds';

type Named = Pick<DriftTarget, 'source' | 'name' | 'entityRefs'>;

function entityName(entityRef: string): string | undefined {
  try {
    return parseEntityRef(entityRef).name;
  } catch {
    return undefined;
  }
}

/**
 * What people call a target: its name, but for a tenant, whose name is an id,
 * the title or name of the catalog entity that it belongs to.
 */
export function useTargetTitle(target: Named): string {
  const presentation = useApiHolder().get(entityPresentationApiRef);
  const entityRef =
    kindOfSource(target.source) === 'tenant' ? target.entityRefs[0] : undefined;
  const shown = useMemo(
    () =>
      entityRef && entityName(entityRef)
        ? presentation?.forEntity(entityRef)
        : undefined,
    [presentation, entityRef],
  );
  const [loaded, setLoaded] = useState<{ of: unknown; title: string }>();
  useEffect(() => {
    const subscription = shown?.update$?.subscribe(snapshot =>
      setLoaded({ of: shown, title: snapshot.primaryTitle }),
    );
    return () => subscription?.unsubscribe();
  }, [shown]);

  if (!entityRef) {
    return target.name;
  }
  if (shown) {
    return loaded?.of === shown ? loaded.title : shown.snapshot.primaryTitle;
  }
  return entityName(entityRef) ?? target.name;
}
