// What the engine makes of what was read of a gateway.
import type { DiagnoseOptions } from '../diagnosis/diagnose.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { GatewayReading } from './read.ts';

/** Its causes. The engine is loaded when it is first asked: a bot that starts has no use for it yet. */
export async function judge(reading: GatewayReading, options: DiagnoseOptions): Promise<Diagnosis> {
  const { diagnose } = await import('../diagnosis/diagnose.ts');
  return await diagnose(reading.inputs, options);
}
