// Whose an entity is: what a file or a controller owns is not changed behind its back.
import type { GatewaySettings } from '../../gateway-settings.ts';
import type { Root } from '../read.ts';

type Raw = Readonly<Record<string, unknown>>;

/** Tags that Kong's ingress controller and operator, decK in pipelines and Terraform leave, by what they begin with. */
const OWNERS: readonly (readonly [tag: RegExp, owner: string])[] = [
  [/^managed[-_]?by[-_:=]?(?:kong[-_])?ingress[-_]controller/i, "Kong's ingress controller"],
  // As the controller marks what it made of a Kubernetes resource: name, namespace, kind, uid, group, version.
  [/^k8s-/i, "Kong's ingress controller"],
  [/^managed[-_]?by[-_:=]?deck|^deck$/i, 'decK'],
  [/^managed[-_]?by[-_:=]?terraform|^terraform$/i, 'Terraform'],
];
const MANAGED = /(?:^|[^a-z])managed[-_]?by(?:[^a-z]|$)/i;

/**
 * Why the entity must not be changed through the Admin API, one sentence; undefined when nothing speaks against it.
 * decK's own select tags can be any word, so an entity that it owns without such a tag is not recognised: `cautionOf`.
 */
export function whyHandsOff(root: Root, gateway: GatewaySettings, entity: Raw): string | undefined {
  if (root.configuration?.database === 'off')
    return 'This node runs without a database: its declarative configuration is the only place to change it.';
  if (root.configuration?.role === 'data_plane')
    return 'This node is a data plane: changes are made on its control plane.';
  for (const tag of tagsOf(entity)) {
    const owner = OWNERS.find(([shape]) => shape.test(tag))?.[1] ?? (MANAGED.test(tag) ? 'another tool' : undefined);
    if (owner !== undefined)
      return `Its tag says that ${owner} owns it${gateway.konnect ? ' (in Konnect)' : ''}: the next run would undo a change made here; use the snippet there.`;
  }
  return undefined;
}

/** What cannot be seen of an owner, one sentence for whoever approves. */
export function cautionOf(entity: Raw): string {
  const tags = tagsOf(entity);
  const seen =
    tags.length === 0 ? 'It has no tags' : `Its ${tags.length === 1 ? 'tag names' : 'tags name'} no owner that I know`;
  return `${seen}; where decK syncs it all the same, change the file too, or its next run undoes this.`;
}

function tagsOf({ tags }: Raw): readonly string[] {
  return Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : [];
}
