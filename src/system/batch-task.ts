// The batch system's task that this process belongs to, from Slurm's environment variables.

/** A Slurm task. A requeued task has the same id and a higher count of restarts. */
export interface BatchTask {
  readonly cluster: string;
  /** "46_1" in an array, "46" outside of one. */
  readonly job: string;
  readonly restart: number;
}

/** This process's task; undefined outside of one. */
export function thisBatchTask(env: NodeJS.ProcessEnv = process.env): BatchTask | undefined {
  const { SLURM_CLUSTER_NAME: cluster, SLURM_JOB_ID: id, SLURM_ARRAY_JOB_ID: array, SLURM_ARRAY_TASK_ID: index } = env;
  if (cluster === undefined || id === undefined) return undefined;
  const job = array !== undefined && index !== undefined ? `${array}_${index}` : id;
  return { cluster, job, restart: Number(env["SLURM_RESTART_COUNT"] ?? 0) };
}
