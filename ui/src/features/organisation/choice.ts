// What is chosen in the tree, and the tree as lines.
import type {
  OrganisationTree,
  RoleBoard,
  TreeDepartment,
  TreeHolder,
  TreePost,
} from '@/api/generated/types';

export type Line =
  | { kind: 'department'; id: string; depth: number; unit: TreeDepartment }
  | { kind: 'post'; id: string; depth: number; unit: TreeDepartment; post: TreePost }
  | {
      kind: 'person';
      id: string;
      depth: number;
      unit: TreeDepartment;
      post: TreePost;
      held: TreeHolder;
    };

/** The tree from top to bottom, each thing on a line of its own. */
export function linesOf(tree: OrganisationTree): Line[] {
  return tree.departments.flatMap((unit): Line[] => [
    { kind: 'department', id: unit.id, depth: unit.depth, unit },
    ...unit.posts.flatMap((post): Line[] => [
      { kind: 'post', id: post.id, depth: unit.depth + 1, unit, post },
      ...post.holders.map((held): Line => ({
        kind: 'person',
        id: held.appointment_id,
        depth: unit.depth + 2,
        unit,
        post,
        held,
      })),
    ]),
  ]);
}

/** Everybody of a tree, once, by name. */
export function peopleOf(tree: OrganisationTree): { value: string; label: string }[] {
  const found = new Map<string, string>();
  for (const unit of tree.departments)
    for (const post of unit.posts)
      for (const held of post.holders) {
        const title = `${held.name}  ${unit.name} ${post.name}`;
        if (!found.has(held.person_id) || held.is_main) found.set(held.person_id, title);
      }
  return [...found]
    .map(([value, label]) => ({ value, label }))
    .sort((one, two) => one.label.localeCompare(two.label, 'zh-CN'));
}

/** Ids of those who hold one of the roles of 三员. */
export function trustedOf(board: RoleBoard, tree: OrganisationTree): Set<string> {
  const roles = new Set(board.roles.filter((role) => role.trusted).map((role) => role.role));
  const holders = new Set(board.given.filter((row) => roles.has(row.role)).map((row) => row.holder_id));
  const posts = tree.departments.flatMap((unit) => unit.posts);
  const held = posts.flatMap((post) => post.holders.map((holder) => ({ post: post.id, holder })));
  return new Set(
    held
      .filter(({ post, holder }) => holders.has(post) || holders.has(holder.appointment_id))
      .map(({ holder }) => holder.person_id),
  );
}
