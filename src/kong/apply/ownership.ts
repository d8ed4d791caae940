// Whose an entity is: what a file or a controller owns is not changed behind its back.
import type { GatewaySettings } from '../../gateway-settings.ts';
import type { Root } from '../read.ts';

type Raw = Readonly<Record<string, unknown>>;

/** Tags that Kong's ingress controller and operator, decK in pipelines and Terraform leave, by what they begin with. */
const OWNERS: readonly (readonly [tag: RegExp, owner: string])[] = [
  [/^managed-by-ingress-controller$/i, "Kong's ingress controller"],
  [/^k8s-(?:name|namespace|kind|uid|group|version):/i, "Kong's ingress controller"],
  [/^managed-by[-:_]?deck$|^deck$|^managed-by-deck/i, 'decK'],
  [/^managed-by[-:_]?terraform|^terraform$/i, 'Terraform'],
];
const MANAGED = /^managed[-_]by[-_:=]?(.*)$/i;

/**
 * Why the entity must not be changed through the Admin API, one sentence; undefined when nothing speaks against it.
 * decK's own select tags can be any word, so an entity that it owns without such a tag is not recognised.
 */
export function whyHandsOff(root: Root, gateway: GatewaySettings, entity: Raw): string | undefined {
  if (root.configuration?.database === 'off')
    return 'This node runs without a database: its declarative configuration is the only place to change it.';
  if (root.configuration?.role === 'data_plane')
    return 'This node is a data plane: changes are made on its control plane.';
  const tags = Array.isArray(entity.tags) ? entity.tags.filter((tag) => typeof tag === 'string') : [];
  for (const tag of tags) {
    const owner = OWNERS.find(([shape]) => shape.test(tag))?.[1] ?? (MANAGED.test(tag) ? 'another tool' : undefined);
    if (owner !== undefined)
      return `Its tag says that ${owner} owns it${gateway.konnect ? ' (in Konnect)' : ''}: the next run would undo a change made here; use the snippet there.`;
  }
  return undefined;
}
