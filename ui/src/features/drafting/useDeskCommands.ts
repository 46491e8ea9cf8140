// What the palette can do with the opened draft.
import type { ExportKind } from '@/api/generated/types';
import { canCall } from '@/api/transport';
import { useScreenCommands, type PaletteCommand } from '@/parts/screenCommands';
import { t } from '@/text';

export interface DeskCommands {
  exportAs(kind: ExportKind): void;
  print(): void;
  proof(): void;
  findings(): void;
  versions(): void;
  together(): void;
  /** 送审; absent for what can no longer be sent. */
  submit?: () => void;
}

export function useDeskCommands(commands: () => DeskCommands): void {
  useScreenCommands(() => {
    const { exportAs, print, proof, findings, versions, together, submit } = commands();
    const command = (id: string, act: () => void): PaletteCommand => ({
      id: `draft-${id}`,
      label: t(`drafting.command.${id}`),
      words: t(`drafting.command.${id}.words`),
      act,
    });
    return [
      ...(submit ? [command('submit', submit)] : []),
      ...(canCall('draft_export')
        ? [
            command('pdf', () => exportAs('pdf')),
            command('ofd', () => exportAs('ofd')),
            command('docx', () => exportAs('docx')),
            command('png', () => exportAs('png')),
            command('json', () => exportAs('json')),
          ]
        : []),
      ...(canCall('print_start') ? [command('print', print)] : []),
      ...(canCall('preview_proof') ? [command('proof', proof)] : []),
      command('findings', findings),
      ...(canCall('version_list') ? [command('versions', versions)] : []),
      ...(canCall('co_drafter_list') ? [command('together', together)] : []),
    ];
  });
}
